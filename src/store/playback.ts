import { createStore, type StoreApi } from 'zustand';
import type { RunEvent } from '../run/run-events.ts';
import { createPlace, type Advance } from './playback-clock.ts';
import { timelineOf, type Timeline } from './playback-timeline.ts';
import type { RunState } from './run-state.ts';

export interface Recording {
  readonly title: string;
  /** Where it ran, in words, where more is known than its events tell. */
  readonly device?: string;
  readonly events: readonly RunEvent[];
}

export type PlaybackSpeed = 1 | 10 | 50;

export interface PlaybackState {
  /** What is true at the position. */
  readonly run: RunState;
  /** Events that are behind. */
  readonly position: number;
  /** The generation at the position, running or finished, 0 before the first; and how many the recording has. */
  readonly generation: number;
  readonly generations: number;
  readonly playing: boolean;
  readonly speed: PlaybackSpeed;
}

/** Milliseconds between two redraws while it plays. */
const beat = 250;
/** A beat counts as at most so many milliseconds: in a hidden tab, whose timers are held back, nothing is skipped. */
const longestBeat = 1000;

/**
 * A recorded run that goes through the same reducer as a live one. `store` is a `RunSource`. Time is the recording's own: active
 * seconds, at the chosen speed; a wait that would last longer than a few seconds is cut short (`playback-clock.ts`).
 */
export class Playback implements Disposable {
  readonly recording: Recording;
  readonly store: StoreApi<PlaybackState> & { readonly seek: (generation: number) => void; readonly whole: () => StoreApi<{ readonly run: RunState }> };
  private readonly timeline: Timeline;
  private advance: Advance | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;

  /** Stands at the end of the recording, or before its first generation. */
  constructor(recording: Recording, from: 'start' | 'end' = 'end') {
    this.recording = recording;
    this.timeline = timelineOf(recording.events);
    const { generations } = this.timeline;
    const start = this.standAt(from === 'end' ? recording.events.length : this.timeline.stop(0));
    const store = createStore<PlaybackState>(() => ({ ...start, generations, playing: false, speed: 10 }));
    let whole: StoreApi<{ readonly run: RunState }> | null = null;
    this.store = Object.assign(store, { seek: (generation: number) => this.seek(generation), whole: () => (whole ??= createStore(() => ({ run: this.timeline.whole }))) });
  }

  /** Goes to where a generation was over: 0 is before the first, the last is the end of the recording. Goes on playing from there. */
  seek(generation: number): void {
    this.moveTo(this.timeline.stop(generation));
  }

  /** To the generation before (-1) or after the one in view. */
  step(by: 1 | -1): void {
    this.seek(this.store.getState().generation + by);
  }

  /** At the end it begins again. */
  play(): void {
    if (this.timer !== null) return;
    if (this.store.getState().position >= this.recording.events.length) this.moveTo(this.timeline.begin);
    this.store.setState({ playing: true });
    let last = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      const elapsed = Math.min(longestBeat, now - last);
      last = now;
      this.playFor(elapsed / 1000);
    }, beat);
  }

  pause(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.store.setState({ playing: false });
  }

  setSpeed(speed: PlaybackSpeed): void {
    this.store.setState({ speed });
  }

  [Symbol.dispose](): void {
    this.pause();
  }

  private moveTo(position: number): void {
    this.advance = null;
    this.store.setState(this.standAt(position));
  }

  private playFor(seconds: number): void {
    const { position, speed, run } = this.store.getState();
    const { events } = this.recording;
    this.advance ??= createPlace(events, position, run.at);
    const next = this.advance(seconds, speed);
    if (next > position) this.store.setState(this.standAt(next));
    if (next >= events.length) this.pause();
  }

  private standAt(position: number): Pick<PlaybackState, 'run' | 'position' | 'generation'> {
    const run = this.timeline.at(position);
    return { run, position, generation: run.search?.generation ?? 0 };
  }
}
