import type { Playback } from '../../store/playback.ts';
import { useKeys } from '../shell/use-keys.ts';

/** The keys of a recording that has the page: Space plays, `[` and `]` go to the generation before and after. The run's own keys rest. */
export function usePlaybackKeys(playback: Playback): void {
  useKeys(
    {
      play: () => (playback.store.getState().playing ? playback.pause() : playback.play()),
      earlier: () => playback.step(-1),
      later: () => playback.step(1),
    },
    'over',
  );
}
