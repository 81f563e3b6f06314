import { createStore, type StoreApi } from 'zustand';
import type { RunEvent } from '../run/run-events.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import type { RunState } from './run-state.ts';

export interface Recording {
  readonly title: string;
  readonly events: readonly RunEvent[];
}

export type PlaybackSpeed = 1 | 10 | 50;

export interface PlaybackState {
  /** What is true at the position. */
  readonly run: RunState;
  /** Events that are behind. */
  readonly position: number;
  /** The generation at the position, 0 before the first; and how many the recording has. */
  readonly generation: number;
  readonly generations: number;
  readonly playing: boolean;
  readonly speed: PlaybackSpeed;
}

/** A recorded run that goes through the same reducer as a live one. `store` is a `RunSource`. */
export class Playback implements Disposable {
  readonly recording: Recording;
  readonly store: StoreApi<PlaybackState>;

  /** Stands at the end of the recording. */
  constructor(recording: Recording) {
    this.recording = recording;
    const generations = recording.events.filter(({ type }) => type === 'generation-finished').length;
    const run = reduceRun(initialRunState, recording.events);
    this.store = createStore(() => ({ run, position: recording.events.length, generation: generations, generations, playing: false, speed: 10 as PlaybackSpeed }));
  }

  [Symbol.dispose](): void {
    this.store.setState({ playing: false });
  }
}
