import { Slider } from '@base-ui/react/slider';
import { Pause, Play } from 'lucide-react';
import { useStore } from 'zustand';
import type { Playback, PlaybackSpeed, PlaybackState } from '../../store/playback.ts';
import type { RunState } from '../../store/run-state.ts';
import { fitnessName } from '../format/fitness-name.ts';
import * as format from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Segmented } from '../parts/segmented.tsx';
import '../parts/slider-field.css';
import './playback.css';

const speeds = [
  { value: '1', label: '1×' },
  { value: '10', label: '10×' },
  { value: '50', label: '50×' },
] as const satisfies readonly { readonly value: `${PlaybackSpeed}`; readonly label: string }[];
const speedOf: Readonly<Record<(typeof speeds)[number]['value'], PlaybackSpeed>> = { 1: 1, 10: 10, 50: 50 };

/** Play or pause, where it stands, and how fast. */
export function PlaybackControls({ playback }: { readonly playback: Playback }) {
  const playing = useStore(playback.store, (state) => state.playing);
  const speed = useStore(playback.store, (state) => state.speed);
  return (
    <div className="playback-controls">
      <Button className="playback-button" onClick={() => (playing ? playback.pause() : playback.play())}>
        {playing ? <Pause size={13} fill="currentColor" aria-hidden /> : <Play size={13} fill="currentColor" aria-hidden />}
        {playing ? 'Pause' : 'Play'}
      </Button>
      <Scrubber playback={playback} />
      <Segmented label="Speed" value={`${speed}`} options={speeds} onChange={(value) => playback.setSpeed(speedOf[value])} />
    </div>
  );
}

/** "generation 38 of 60", where there are any. */
export const positionWords = ({ generation, generations }: Pick<PlaybackState, 'generation' | 'generations'>): string =>
  generations === 0 ? 'no generations' : `generation ${format.count(generation)} of ${format.count(generations)}`;

function fitnessWords(run: RunState): string {
  const value = run.search?.history.at(-1)?.fitness;
  return value === undefined ? '' : `, ${fitnessName(run.config)} ${format.kl(value)}`;
}

function Scrubber({ playback }: { readonly playback: Playback }) {
  const generation = useStore(playback.store, (state) => state.generation);
  const generations = useStore(playback.store, (state) => state.generations);
  const words = useStore(playback.store, (state) => positionWords(state) + fitnessWords(state.run));
  return (
    <Slider.Root
      className="slider playback-slider"
      value={Math.min(generation, generations)}
      min={0}
      max={Math.max(1, generations)}
      step={1}
      largeStep={10}
      disabled={generations === 0}
      onValueChange={(value) => playback.seek(value)}
      thumbAlignment="center"
    >
      <Slider.Control className="slider-control">
        <Slider.Track className="slider-track">
          <Slider.Indicator className="slider-indicator" />
          <Slider.Thumb className="slider-thumb" aria-label="Generation" getAriaValueText={() => words} />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}
