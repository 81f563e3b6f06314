import { X } from 'lucide-react';
import { useStore } from 'zustand';
import { closePlayback } from '../../store/playback-store.ts';
import type { Playback } from '../../store/playback.ts';
import { leaf } from '../../store/view-store.ts';
import { Button } from '../parts/button.tsx';
import { PlaybackControls, positionWords } from './playback-controls.tsx';
import './playback.css';
import { RecordingFacts } from './recording-facts.tsx';
import { usePlaybackKeys } from './use-playback-keys.ts';

/** A candidate that is open is the recording's. */
function close(): void {
  closePlayback();
  leaf({ candidate: null });
}

/** In the place of the run bar while a recorded run is shown: what it is, where it stands, and the way back. */
export function PlaybackBar({ playback }: { readonly playback: Playback }) {
  const words = useStore(playback.store, positionWords);
  usePlaybackKeys(playback);
  return (
    <nav className="playback-bar" aria-label="Recording">
      <div className="playback-title">
        <strong>{playback.recording.title}</strong>
        <RecordingFacts recording={playback.recording} />
      </div>
      <PlaybackControls playback={playback} />
      <span className="playback-position figures">{words}</span>
      <Button onClick={close}>
        <X size={14} aria-hidden />
        Close recording
      </Button>
    </nav>
  );
}
