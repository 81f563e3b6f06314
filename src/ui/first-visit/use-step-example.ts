import { useMemo } from 'react';
import { timelineOf } from '../../store/playback-timeline.ts';
import type { Recording } from '../../store/playback.ts';
import { stepExample, type StepExample } from './step-example.ts';

const made = new WeakMap<Recording, StepExample | null>();

function exampleOf(recording: Recording): StepExample | null {
  const known = made.get(recording);
  if (known !== undefined) return known;
  const example = stepExample(timelineOf(recording.events).whole);
  made.set(recording, example);
  return example;
}

/** What the diagrams of the four steps show, from a recording; null until it is there. */
export function useStepExample(state: { readonly recording: Recording } | object | null): StepExample | null {
  const recording = state && 'recording' in state ? state.recording : null;
  return useMemo(() => recording && exampleOf(recording), [recording]);
}
