import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../run/run-events.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import type { RunState } from './run-state.ts';
import { eventsToExport, eventsToSearch } from './run.fixture.ts';

const after = (events: readonly RunEvent[]): RunState => reduceRun(initialRunState, events);
const until = (type: RunEvent['type'], nth = 1): RunEvent[] => {
  let seen = 0;
  return eventsToExport.slice(0, eventsToExport.findIndex((event) => event.type === type && ++seen === nth) + 1);
};

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
};

describe('reduceRun', () => {
  it('gives the same state however the events are cut into batches, and never writes to a published state', () => {
    const whole = after(eventsToExport);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 40 }), (sizes) => {
        let state = freeze(initialRunState);
        let from = 0;
        for (const size of [...sizes, eventsToExport.length]) {
          state = freeze(reduceRun(state, eventsToExport.slice(from, from + size)));
          from += size;
        }
        expect(state).toEqual(whole);
      }),
    );
  });

  it('begins anew with every run', () => {
    expect(reduceRun(after(eventsToExport), eventsToSearch)).toEqual(after(eventsToSearch));
  });

  it('tells which phase is current, done, ahead or was passed over', () => {
    const { phases, phase } = after(eventsToSearch);
    expect(phase).toBe('search');
    expect(Object.values(phases).map((state) => state.status)).toEqual(['done', 'skipped', 'done', 'current', 'skipped', 'ahead', 'ahead']);
    expect(phases.load).toMatchObject({ seconds: 1, done: 5, total: 10, note: 'model.safetensors' });
  });

  it('fills the database as modules are cut', () => {
    const { database } = after(until('module-pruned'));
    expect(database.modules.map((module) => module !== null)).toEqual([false, true, false, false]);
    expect(database.progress).toEqual({});
    expect(after(until('module-progress', 2)).database.progress).toEqual({ 0: { done: 2, total: 4 } });
    expect(after(until('database-ready')).database).toMatchObject({ ready: true, bytes: 4096 });
  });

  it('follows each candidate through the stages', () => {
    const of = (events: readonly RunEvent[]) => after(events).search?.candidates.map(({ status, stage }) => `${status} ${stage}`);
    expect(of(until('stage-finished'))).toEqual(['waiting 1', 'waiting 1', 'eliminated 0', 'eliminated 0']);
    expect(of(until('candidate-training'))).toEqual(['training 1', 'waiting 1', 'eliminated 0', 'eliminated 0']);
    expect(after(until('candidate-training')).search?.candidates[0]?.progress).toBe(0.5);
    expect(of(until('stage-finished', 2))).toEqual(['eliminated 1', 'measured 1', 'eliminated 0', 'eliminated 0']);
  });

  it('shows how far a candidate is measured, and takes its losses with its fitness', () => {
    const measuring = { type: 'candidate-measuring', generation: 1, stage: 1, id: '1.01', done: 24, total: 32, at: 99 } as const;
    const begun = [...until('stage-finished'), measuring];
    expect(after(begun).search?.candidates[0]).toMatchObject({ status: 'measuring', stage: 1, progress: 0.75, fitness: [0.9], losses: [] });
    const measured = { type: 'candidate-measured', generation: 1, stage: 1, id: '1.01', fitness: 0.7, losses: [3, 2.5], at: 99 } as const;
    expect(after([...begun, measured]).search?.candidates[0]).toMatchObject({ status: 'measured', progress: 1, fitness: [0.9, 0.7], losses: [null, [3, 2.5]] });
  });

  it('puts a candidate that failed behind all others, with the reason, and tells it', () => {
    const begun = until('stage-finished');
    const ofFailed = { type: 'candidate-failed', generation: 1, stage: 1, id: '1.01', at: 99 } as const;
    const failed = after([...begun, { ...ofFailed, reason: 'loss-not-finite', fitness: null, losses: [3, null] }]);
    expect(failed.search?.candidates[0]).toMatchObject({ status: 'measured', stage: 1, fitness: [0.9, Number.POSITIVE_INFINITY], losses: [null, [3, Number.NaN]], failed: [{ stage: 1, reason: 'loss-not-finite' }] });
    expect(failed.log.at(-1)).toMatchObject({ kind: 'problem', generation: 1, event: ofFailed });
    // A finite fitness of a model that diverged counts as little.
    const diverged = after([...begun, { ...ofFailed, reason: 'diverged', fitness: 0.01, losses: [3, 60] }]);
    expect(diverged.search?.candidates[0]).toMatchObject({ fitness: [0.9, Number.POSITIVE_INFINITY], failed: [{ stage: 1, reason: 'diverged' }] });
    expect(after([...begun, { ...ofFailed, id: '0.00', reason: 'diverged', fitness: 9, losses: [3, 60] }]).search?.parentFitness).toBe(Number.POSITIVE_INFINITY);
  });

  it('reads what older versions told of a fitness that was not a number as such a failure', () => {
    const broken = { type: 'not-a-number', generation: 1, stage: 1, id: '1.01', losses: [3, Number.NaN], at: 99 } as const;
    const [candidate] = after([...until('stage-finished'), broken]).search?.candidates ?? [];
    expect(candidate).toMatchObject({ losses: [null, [3, Number.NaN]], failed: [{ stage: 1, reason: 'fitness-not-finite' }] });
    const [record] = after(eventsToExport).search?.history ?? [];
    expect(record?.candidates.map(({ failed = [] }) => failed.length)).toEqual([0, 0, 1, 0]);
  });

  it('takes a dropped candidate out at once, without a fitness, and counts what was spared', () => {
    const events: readonly RunEvent[] = ['1.03', '1.04'].map((id) => ({ type: 'candidate-dropped', generation: 1, stage: 0, id, fitness: 0.1, tokens: 48, saved: 16, losses: [3, 2.5], at: 99 }));
    const { search, log } = after([...until('candidate-measured', 2), ...events]);
    expect(search?.candidates.map(({ status }) => status)).toEqual(['measured', 'measured', 'eliminated', 'eliminated']);
    expect(search?.candidates[2]).toMatchObject({ stage: 0, fitness: [], losses: [[3, 2.5]], dropped: { stage: 0, fitness: 0.1, tokens: 48, saved: 16 } });
    expect([search?.savedTokens, log.at(-1)?.event.type]).toEqual([32, 'candidate-dropped']);
    const end = eventsToExport.filter((event) => event.type === 'stage-finished' || event.type === 'generation-finished').slice(0, 3);
    const [record] = after([...until('candidate-measured', 2), ...events, ...end]).search?.history ?? [];
    expect(record?.stageBest[0]).toBe(0.8);
    expect(record?.candidates[3]?.dropped?.saved).toBe(16);
  });

  it('keeps one record a generation, with every candidate as far as it came', () => {
    const [record, ...rest] = after(eventsToExport).search?.history ?? [];
    expect(rest).toEqual([]);
    expect(record).toMatchObject({ generation: 1, fitness: 0.6, previousParentFitness: 1, replaced: true, stageBest: [0.8, 0.6] });
    expect(record?.candidates.map((candidate) => candidate.fitness)).toEqual([[0.9, 0.7], [0.8, 0.6], [Number.POSITIVE_INFINITY], [0.95]]);
  });

  it('takes the parent’s fitness from where it was measured last', () => {
    expect(after(until('stage-finished', 2)).search?.parentFitness).toBe(1);
    expect(after(eventsToSearch).search).toMatchObject({ parentFitness: 0.6, parent: { id: '1.02' }, generation: 2 });
  });

  it('keeps the training loss at the first and the last step of each stage', () => {
    const losses = (events: readonly RunEvent[]) => after(events).search?.candidates[0]?.losses;
    const step = { type: 'candidate-training', generation: 1, stage: 1, id: '1.01', done: 32, total: 32, loss: 2.5, at: 99 } as const;
    expect(losses(until('candidate-training'))).toEqual([null, [3, 3]]);
    expect(losses([...until('candidate-training'), step])).toEqual([null, [3, 2.5]]);
    expect(after(eventsToExport).search?.history[0]?.candidates[0]?.losses).toEqual([null, [3, 3]]);
  });

  it('takes the parent that the user chose, which is yet to be measured, and remembers where a generation began', () => {
    const before = { id: '1.02', genome: [0, 2, 1, 1], size: 800 };
    const parent = { id: '1.01', genome: [0, 2, 1, 1], size: 800 };
    const chosen: RunEvent = { type: 'parent-chosen', generation: 2, before, parent, at: 99 };
    const state = after([...until('generation-finished'), chosen]);
    expect(state.search).toMatchObject({ parent, parentFitness: null, chosen: [{ generation: 2, before, parent }] });
    expect(state.search?.history.map(({ from }) => from.id)).toEqual(['0.00']);
    expect(state.log.at(-1)).toMatchObject({ kind: 'change', generation: 2 });
  });

  it('marks changes and problems in the log', () => {
    const { log } = after(eventsToExport);
    expect(log.filter((line) => line.kind === 'change').map((line) => line.event.type)).toEqual(['settings-changed']);
    expect(log.filter((line) => line.kind === 'problem').map((line) => line.event.type)).toEqual(['module-pruned', 'not-a-number', 'warning']);
  });

  it('knows the sets that were cut from the texts', () => {
    expect(after(until('corpus-ready')).corpus).toEqual({
      length: 16,
      sets: [
        { use: 'calibration', tokens: 64, text: 'Tales' },
        { use: 'evaluation', tokens: 128, text: 'Tales, held out' },
      ],
    });
    expect(after(until('phase-started')).corpus).toBeNull();
  });

  it('holds quality, exports and the end of the search', () => {
    const state = after(eventsToExport);
    expect(state.search).toMatchObject({ finished: true, stopped: true });
    expect(state.quality.winner?.kl).toBe(0.6);
    expect(state.exports).toMatchObject({ name: 'tiny-pruned', offers: [{ format: 'onnx-fp32' }, { format: 'gguf-f16' }] });
    expect(Object.keys(state.exports.written)).toEqual(['onnx-fp32']);
    expect(state.at).toBe(eventsToExport.length - 1);
  });

  it('takes a format that was written after the end, and one that was written again', () => {
    const end = after(eventsToExport);
    const late = (format: 'onnx-fp32' | 'gguf-f16', size: number): RunEvent => ({ type: 'exported', format, files: [{ path: 'a', size, sha256: 'cd' }], check: null, notChecked: 'Nothing here opens it.', at: end.at + 5 });
    const { exports } = reduceRun(reduceRun(end, [late('gguf-f16', 1)]), [late('onnx-fp32', 2)]);
    expect(exports.offers).toBe(end.exports.offers);
    expect(exports.written).toMatchObject({ 'onnx-fp32': { files: [{ size: 2 }], check: null }, 'gguf-f16': { files: [{ size: 1 }] } });
  });

  it('takes ten thousand events in well under a frame each batch', () => {
    const start = after(until('generation-started'));
    const progress = Array.from({ length: 10_000 }, (_, index): RunEvent => ({ type: 'post-training-step', tokens: index, total: 10_000, loss: 1, learningRate: 1e-4, at: index }));
    let state = start;
    const began = performance.now();
    for (let from = 0; from < progress.length; from += 100) state = reduceRun(state, progress.slice(from, from + 100));
    expect(state.postTraining.losses).toHaveLength(10_000);
    expect((performance.now() - began) / 100).toBeLessThan(16);
  });
});
