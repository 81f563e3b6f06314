import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Playback, type Recording } from '../../store/playback.ts';
import { RunSourceContext } from '../../store/use-run.ts';
import { FitnessPanel } from '../fitness/fitness-panel.tsx';
import { ModuleAxis } from '../module-axis/module-axis.tsx';
import { narrate } from '../playback/narrate.ts';
import { PlaybackControls, positionWords } from '../playback/playback-controls.tsx';
import { RecordingFacts } from '../playback/recording-facts.tsx';
import { useKeys } from '../shell/use-keys.ts';

/** Where it rests for those who want nothing to move: far enough to show what a search does. */
const restAt = 0.6;

const wantsStillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

function openRecording(recording: Recording): Playback {
  const playback = new Playback(recording, 'start');
  if (wantsStillness()) playback.seek(restAt * playback.store.getState().generations);
  return playback;
}

/** A recorded run in the real panels. It plays by itself, unless the reader wants less motion. */
export function RecordedRun({ recording }: { readonly recording: Recording }) {
  const [playback] = useState(() => openRecording(recording));
  useEffect(() => {
    if (!wantsStillness()) playback.play();
    return () => playback[Symbol.dispose]();
  }, [playback]);
  useKeys({ earlier: () => playback.step(-1), later: () => playback.step(1) }, 'over');
  return (
    <>
      <RecordedHead playback={playback} />
      <PlaybackControls playback={playback} />
      <RunSourceContext value={playback.store}>
        <div className="recorded-panels">
          <div className="recorded-axis">
            <ModuleAxis compact />
          </div>
          <div className="recorded-side">
            <FitnessPanel />
            <Narration playback={playback} />
          </div>
        </div>
      </RunSourceContext>
    </>
  );
}

function RecordedHead({ playback }: { readonly playback: Playback }) {
  const { recording, store } = playback;
  const words = useStore(store, positionWords);
  return (
    <div className="recorded-head">
      <h2 id="recorded-title">{recording.title}</h2>
      <p className="small tertiary">
        Not running on your device, but <RecordingFacts recording={recording} />
      </p>
      <span className="recorded-position small tertiary figures">{words}</span>
    </div>
  );
}

function Narration({ playback }: { readonly playback: Playback }) {
  const sentence = useStore(playback.store, (state) => narrate(state.run));
  return <p className="recorded-words">{sentence}</p>;
}
