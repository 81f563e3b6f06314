import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunEventBody } from '../run/run-events.ts';
import { initialRunState } from './initial-run-state.ts';
import { largeRun } from './large-run.fixture.ts';
import { Timeline } from './playback-timeline.ts';
import { Playback } from './playback.ts';
import { reduceRun } from './reduce-run.ts';
import { eventsToExport, eventsToSearch } from './run.fixture.ts';

/** Everything before the first generation of the fixture. */
const before = eventsToSearch.slice(0, eventsToSearch.findIndex(({ type }) => type === 'generation-started'));
const uniform = { id: '0.00', genome: [1, 1, 1, 1], size: 800 };

/** A search of so many generations of two offspring; a generation takes 10 s. */
function longRun(generations: number): RunEvent[] {
  const began = before.at(-1)?.at ?? 0;
  const bodies = Array.from({ length: generations }, (_, index): RunEventBody[] => {
    const generation = index + 1;
    const ids = [`${generation}.01`, `${generation}.02`] as const;
    const measured = (id: string, fitness: number): RunEventBody => ({ type: 'candidate-measured', generation, stage: 0, id, fitness });
    return [
      { type: 'generation-started', generation, generations, parent: uniform, offspring: ids.map((id) => ({ id, genome: [0, 2, 1, 1], size: 800, changed: [0, 1] })), stages: [{ survivors: 1, fitnessTokens: 64, trainingTokens: 0 }] },
      measured(ids[0], 1 / generation),
      measured(ids[1], 2 / generation),
      { type: 'stage-finished', generation, stage: 0, survivors: [ids[0]], eliminated: [ids[1]] },
      { type: 'generation-finished', generation, parent: uniform, fitness: 1 / generation, previousParentFitness: 1, replaced: true, forwardTokens: 64, trainedTokens: 0 },
    ];
  }).flat();
  return [...before, ...bodies.map((body, index) => ({ ...body, at: began + 2 * (index + 1) }))];
}

const prefix = (events: readonly RunEvent[], position: number) => reduceRun(initialRunState, events.slice(0, position));

describe('a timeline', () => {
  it('shows at any place, in any order, what reducing the events before it gives', () => {
    const run = longRun(150);
    for (const events of [eventsToExport, run, [...longRun(70), ...longRun(40)]]) {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: events.length }), { minLength: 1, maxLength: 12 }), (positions) => {
          const timeline = new Timeline(events);
          for (const position of positions) expect(timeline.at(position)).toEqual(prefix(events, position));
        }),
        { numRuns: 25 },
      );
    }
  });

  it('goes anywhere in 400 generations of 32 offspring in less than a millisecond', async () => {
    const events = [...largeRun({ generations: 400 })];
    const timeline = new Timeline(events);
    await timeline.prepare();
    expect(timeline.at(events.length).search?.history).toHaveLength(400);
    const places = Array.from({ length: 200 }, (_, index) => (index * 7919 * 31) % events.length);
    const times = places.map((place) => {
      const began = performance.now();
      timeline.at(place);
      return performance.now() - began;
    });
    expect(times.sort((a, b) => a - b)[100]).toBeLessThan(1); // the median: others use the machine as well
    expect(timeline.at(places[7] ?? 0)).toEqual(prefix(events, places[7] ?? 0));
  });

  it('tells how much is prepared, can be ended there, and gone on with', async () => {
    const events = [...largeRun({ generations: 200 })];
    const timeline = new Timeline(events);
    const end = new AbortController();
    const shares: number[] = [];
    const onShare = (share: number): void => {
      shares.push(share);
      if (shares.length === 3) end.abort(new RangeError('no longer wanted'));
    };
    await expect(timeline.prepare({ signal: end.signal, onShare })).rejects.toThrow('no longer wanted');
    expect(shares).toHaveLength(3);
    expect(shares.every((share, index) => share > (shares[index - 1] ?? 0) && share < 1)).toBe(true);
    await timeline.prepare();
    expect(timeline.at(events.length)).toEqual(prefix(events, events.length));
  });

  it('shares what the end knows: a place has no records of its own', () => {
    const timeline = new Timeline(longRun(20));
    const whole = timeline.at(timeline.stop(20)).search?.history ?? [];
    for (const generation of [3, 17, 1]) {
      const history = timeline.at(timeline.stop(generation)).search?.history ?? [];
      expect(history).toHaveLength(generation);
      for (const [index, record] of history.entries()) expect(record).toBe(whole[index]);
    }
  });

  it('stops where a generation is over, the last at the end', () => {
    const events = longRun(3);
    const timeline = new Timeline(events);
    expect(timeline.generations).toBe(3);
    expect([-1, 0, 1, 2, 3, 9].map((generation) => timeline.stop(generation))).toEqual([17, 17, 22, 27, 32, 32]);
    expect(new Timeline(eventsToExport).stop(1)).toBe(eventsToExport.length);
  });

  it('has what is told of a generation after it is over, and not what is changed then', () => {
    const twice = [...eventsToSearch.slice(0, eventsToSearch.findLastIndex(({ type }) => type === 'generation-started')), ...longRun(2).slice(-5).map((event) => ({ ...event, at: event.at + 60 }))];
    const timeline = new Timeline(twice);
    expect(timeline.at(timeline.stop(1))).toMatchObject({ profile: { course: [{ generation: 1 }] }, search: { changes: [] } });
  });

  it('has no stops but the end where nothing was searched', () => {
    const events = before.slice(0, 8);
    const timeline = new Timeline(events);
    expect([timeline.generations, timeline.stop(0), timeline.stop(5), timeline.begin]).toEqual([0, 8, 8, 0]);
  });

  it('counts the generations of the run that it ends with', () => {
    expect(new Timeline([...longRun(5), ...longRun(2)]).generations).toBe(2);
  });
});

describe('a playback', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const at = ({ store }: Playback) => {
    const { generation, playing, position } = store.getState();
    return { generation, playing, position };
  };
  const finished = ({ store }: Playback): number => store.getState().run.search?.history.length ?? 0;

  it('stands at the end, or before the first generation', () => {
    const events = longRun(4);
    expect(at(new Playback({ title: 'A', events }))).toEqual({ generation: 4, playing: false, position: events.length });
    expect(at(new Playback({ title: 'A', events }, 'start'))).toEqual({ generation: 0, playing: false, position: before.length });
  });

  it('seeks generations and steps over them', () => {
    const playback = new Playback({ title: 'A', events: longRun(4) });
    playback.seek(2);
    expect([playback.store.getState().generation, finished(playback)]).toEqual([2, 2]);
    playback.step(1);
    expect(finished(playback)).toBe(3);
    for (let times = 0; times < 5; times++) playback.step(-1);
    expect([playback.store.getState().generation, finished(playback)]).toEqual([0, 0]);
  });

  it('plays the recorded time at the chosen speed, four times a second', () => {
    using playback = new Playback({ title: 'A', events: longRun(40) }, 'start');
    let redraws = 0;
    playback.play();
    playback.store.subscribe(() => redraws++);
    vi.advanceTimersByTime(5000); // at 10×, generations of 10 s
    expect(finished(playback)).toBe(5);
    expect(redraws).toBeLessThanOrEqual(20);
    playback.setSpeed(50);
    vi.advanceTimersByTime(2000);
    expect(finished(playback)).toBe(15);
    playback.setSpeed(1);
    vi.advanceTimersByTime(9500);
    expect(finished(playback)).toBe(15);
    vi.advanceTimersByTime(750);
    expect(finished(playback)).toBe(16);
  });

  it('pauses, goes on from where it was sought to, and begins again at the end', () => {
    using playback = new Playback({ title: 'A', events: longRun(4) }, 'start');
    playback.play();
    vi.advanceTimersByTime(1000);
    playback.pause();
    vi.advanceTimersByTime(5000);
    expect(at(playback)).toMatchObject({ generation: 1, playing: false });
    playback.seek(3);
    playback.play();
    vi.advanceTimersByTime(900);
    expect(at(playback)).toMatchObject({ generation: 4, playing: true });
    vi.advanceTimersByTime(1000);
    expect(at(playback)).toEqual({ generation: 4, playing: false, position: before.length + 20 });
    playback.play();
    expect(at(playback)).toEqual({ generation: 0, playing: true, position: before.length });
  });

  it('cuts long waits short and passes over time that goes back', () => {
    const [first, second, third] = longRun(1).slice(-3);
    if (!first || !second || !third) throw new Error('the run is too short');
    const events = [...longRun(1).slice(0, -3), { ...first, at: first.at + 9000 }, { ...second, at: 1 }, { ...third, at: 1 }];
    using playback = new Playback({ title: 'A', events }, 'start');
    playback.play();
    vi.advanceTimersByTime(4000);
    expect(finished(playback)).toBe(0);
    vi.advanceTimersByTime(500);
    expect(finished(playback)).toBe(1);
  });

  it('is silent once it is disposed', () => {
    const playback = new Playback({ title: 'A', events: longRun(4) }, 'start');
    playback.play();
    playback[Symbol.dispose]();
    vi.advanceTimersByTime(9000);
    expect(at(playback)).toMatchObject({ generation: 0, playing: false });
  });
});
