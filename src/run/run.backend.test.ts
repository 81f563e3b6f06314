import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime, onGpu } from '../runtime/testing.ts';
import { parseRunConfig } from './parse-config.ts';
import type { RunConfigInput } from './run-config.ts';
import type { RunEvent } from './run-events.ts';
import { run } from './run.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

const minutes = 60_000;

/** Runs to the end; `seen` is called with each event and the run's context. */
async function collect(config: RunConfigInput, seen: (event: RunEvent, context: Awaited<ReturnType<typeof tinyContext>>['context']) => void = () => {}) {
  const { context, storage } = await tinyContext(runtime);
  const before = runtime.live().tensors;
  const events: RunEvent[] = [];
  for await (const event of run(parseRunConfig(config), context)) {
    events.push(event);
    seen(event, context);
  }
  return { events, storage, leaked: runtime.live().tensors - before };
}

const ofType = <Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) =>
  events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);

describe('run', () => {
  let whole: ReturnType<typeof collect> | null = null;
  /** A run with everything, made once. */
  const wholeRun = (): ReturnType<typeof collect> => (whole ??= collect({ ...tinyRun, databaseOn: 'gpu' }));

  it('goes from the files of a model to a checked ONNX file, and frees everything', { timeout: 5 * minutes }, async () => {
    const { events, storage, leaked } = await wholeRun();
    expect(ofType(events, 'run-failed')).toEqual([]);
    // On the processor there is no graphics card to cut on: that is told, and the run goes on.
    expect(ofType(events, 'warning').filter(({ explanation }) => explanation.what.includes('graphics card'))).toHaveLength(onGpu ? 0 : 1);
    for (const { summary, onDevice } of ofType(events, 'module-pruned')) expect(onDevice !== undefined).toBe(onGpu && summary.kind === 'mlp');
    expect(ofType(events, 'phase-finished').map(({ phase }) => phase)).toEqual(['load', 'calibrate', 'database', 'search', 'evaluate', 'export']);
    expect(leaked).toBe(0);
    const [{ least, most }] = ofType(events, 'search-started') as [Extract<RunEvent, { type: 'search-started' }>];
    for (const { offspring } of ofType(events, 'generation-started')) {
      for (const { size } of offspring) {
        expect(size).toBeGreaterThanOrEqual(least);
        expect(size).toBeLessThanOrEqual(most);
      }
    }
    const [finished] = ofType(events, 'run-finished');
    const result = finished?.result;
    expect(result?.parameters.pruned.prunable).toBeLessThanOrEqual(most);
    expect(result?.heldOut.dense).toMatchObject({ agreement: 1 });
    expect(Math.abs(result?.heldOut.dense.kl ?? 1)).toBeLessThan(1e-5);
    expect(result?.heldOut.winner.kl).toBeGreaterThan(0);
    expect(result?.heldOut).not.toHaveProperty('searched');
    const speeds = ofType(events, 'speed-measured').map(({ which, speed }) => [which, speed] as const);
    expect(speeds.map(([which]) => which)).toEqual(['dense', 'uniform', 'winner']);
    expect(result?.speed).toEqual(Object.fromEntries(speeds));
    expect(result?.speed?.winner).toMatchObject({ prefillTokens: 32, decodeTokens: 4, runs: 3 });
    expect(result?.speed?.winner.decodeTokensPerSecond).toBeGreaterThan(0);
    const [exported] = ofType(events, 'exported');
    expect(exported?.check?.maxAbsoluteError).toBeLessThan(1e-3);
    expect((exported?.check?.perplexity ?? 0) / (exported?.check?.candidatePerplexity ?? 0)).toBeCloseTo(1, 4);
    expect(exported?.check?.sample.text).not.toBe('');
    const offer = ofType(events, 'exports-planned')[0]?.offers.find(({ format }) => format === 'onnx-fp32');
    expect(exported?.files.map(({ path, size }) => ({ path, bytes: size }))).toEqual(offer?.files);
    expect(await storage.list()).toEqual(exported?.files.map(({ path, size }) => ({ path: `onnx-fp32/${path}`, size })));
    expect(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? 0))).toBe(true);
  });

  it('repeats itself with the same seed', { timeout: 5 * minutes }, async () => {
    const parents = ({ events }: Awaited<ReturnType<typeof collect>>) => ofType(events, 'generation-finished').map(({ parent, fitness }) => [parent.genome, fitness]);
    const first = parents(await wholeRun());
    expect(first).toHaveLength(2);
    expect(parents(await collect({ ...tinyRun, databaseOn: 'gpu', exports: [] }))).toEqual(first);
  });

  it('takes changes over at the next generation, and stops with the best so far', { timeout: 5 * minutes }, async () => {
    const search = { ...tinyRun.search, generations: 50 };
    const { events, leaked } = await collect({ ...tinyRun, search, exports: [] }, (event, { control }) => {
      if (event.type === 'generation-started' && event.generation === 1) control.tune({ maxFlips: 1, offspring: 3 });
      if (event.type === 'generation-finished' && event.generation === 2) control.requestStop();
    });
    expect(ofType(events, 'settings-changed')).toMatchObject([{ generation: 2, before: { maxFlips: 3, offspring: 4 }, after: { maxFlips: 1, offspring: 3 } }]);
    expect(ofType(events, 'generation-started').map(({ offspring }) => offspring.length)).toEqual([4, 3]);
    expect(ofType(events, 'run-finished')[0]?.result.stopped).toBe(true);
    expect(leaked).toBe(0);
  });

  it('post-trains the winner and keeps the best', { timeout: 5 * minutes }, async () => {
    const config = { ...tinyRun, search: { strategy: 'uniform' as const }, postTraining: { tokens: 128, learningRate: 1e-3 }, exports: [] };
    const { events, leaked } = await collect(config);
    expect(ofType(events, 'run-failed')).toEqual([]);
    const measured = ofType(events, 'post-training-measured');
    expect(measured[0]).toMatchObject({ tokens: 0, best: true });
    expect(measured.length).toBeGreaterThan(2);
    expect(ofType(events, 'post-training-step').at(-1)?.tokens).toBe(128);
    // Before post-training the winner of this run is the uniform model itself.
    const [finished] = ofType(events, 'run-finished');
    expect(ofType(events, 'evaluated').map(({ which }) => which)).toEqual(['dense', 'uniform', 'searched', 'winner']);
    expect(finished?.result.heldOut.searched).toEqual(finished?.result.heldOut.uniform);
    expect(finished?.result.heldOut.winner.perplexity).not.toBe(finished?.result.heldOut.uniform.perplexity);
    expect(leaked).toBe(0);
  });

  it('frees everything when it is given up half-way', { timeout: 5 * minutes }, async () => {
    const { context } = await tinyContext(runtime);
    const before = runtime.live().tensors;
    const events = run(parseRunConfig(tinyRun), context);
    for await (const event of events) if (event.type === 'candidate-training') break;
    expect(runtime.live().tensors - before).toBe(0);
  });

  // What the settings do on a GPU is tested where it is done: two more runs would take minutes on a software one.
  it.skipIf(onGpu)('takes the settings that save memory', { timeout: 5 * minutes }, async () => {
    const config = { ...tinyRun, search: { strategy: 'uniform' as const }, postTraining: { tokens: 64 }, exports: [] };
    const plain = await collect(config);
    const saving = await collect({ ...config, databasePrecision: 'float16', trainEmbeddings: false, batchTokens: 64 });
    expect(ofType(saving.events, 'run-failed')).toEqual([]);
    const database = ({ events }: typeof plain): number => ofType(events, 'database-ready')[0]?.bytes ?? Number.NaN;
    expect(database(saving)).toBe(database(plain) / 2);
    const kl = ({ events }: typeof plain): number => ofType(events, 'post-training-measured')[0]?.kl ?? Number.NaN;
    expect(Math.abs(kl(saving) / kl(plain) - 1)).toBeLessThan(0.01);
    expect(saving.leaked).toBe(0);
  });

  it.skipIf(onGpu)('parts one text that is given for both uses, and tells the sets', { timeout: 5 * minutes }, async () => {
    const texts = { training: 'training', heldOut: 'training' };
    const { events } = await collect({ ...tinyRun, texts, search: { strategy: 'uniform' }, exports: [] });
    const [corpus] = ofType(events, 'corpus-ready');
    expect(corpus?.sets.map(({ use, text }) => [use, text])).toEqual(['calibration', 'fitness', 'training', 'evaluation'].map((use) => [use, 'training']));
    expect(ofType(events, 'run-finished')).toHaveLength(1);
  });

  it('refuses what does not fit before a weight is read', async () => {
    const { context } = await tinyContext(runtime);
    const { available } = context.limits;
    const limits = { ...context.limits, available: { ...available, memory: 1e6, gpu: 1e6 } };
    const openModel = (): never => {
      throw new Error('the model was opened');
    };
    const events: RunEvent[] = [];
    for await (const event of run(parseRunConfig(tinyRun), { ...context, limits, openModel })) events.push(event);
    expect(ofType(events, 'memory-planned')).toMatchObject([{ verdict: 'too-large' }]);
    expect(ofType(events, 'run-failed')[0]?.explanation.what).toContain('does not fit in memory');
  });

  /** The events of a run for a speed. In a space this small a parent may have no neighbour within what was timed: then once more, twice at most. */
  async function collectTimed(measure: 'decode' | 'prefill') {
    const once = () => collect({ ...tinyRun, target: { speedup: 1.02, measure }, exports: [] });
    const bred = ({ events }: Awaited<ReturnType<typeof once>>) => ofType(events, 'generation-started').some(({ offspring }) => offspring.length > 0);
    let collected = await once();
    for (let again = 0; again < 2 && !bred(collected); again++) collected = await once();
    return collected;
  }

  it.each(fewOnGpu(['decode', 'prefill'] as const, 1))('keeps to a speed of %s by what it has timed itself', { timeout: 5 * minutes }, async (measure) => {
    const { events, leaked } = await collectTimed(measure);
    expect(ofType(events, 'run-failed')).toEqual([]);
    expect(leaked).toBe(0);
    const [timing] = ofType(events, 'latency-measured');
    const [begun] = ofType(events, 'search-started');
    if (!timing || !begun) throw new Error('the levels are timed before the search');
    expect(timing.table).toMatchObject({ measure, rounds: expect.any(Number) });
    expect(timing.table.rounds).toBeGreaterThanOrEqual(3);
    expect(timing.most).toBe(Math.floor(timing.dense / 1.02));
    expect(begun.unit).toBe('nanoseconds');
    const offspring = ofType(events, 'generation-started').flatMap((event) => event.offspring);
    expect(offspring.length).toBeGreaterThan(0);
    for (const { cost, size } of [begun.uniform, ...offspring]) {
      expect(timing.table.fixed + (cost ?? Number.NaN)).toBeLessThanOrEqual(timing.most);
      expect(size).toBeGreaterThan(0);
    }
    expect(ofType(events, 'phase-progress').some(({ phase, note }) => phase === 'database' && note?.startsWith('timing levels'))).toBe(true);
  });

  it.skipIf(onGpu)('names the nearest speed where a target is out of reach', { timeout: 5 * minutes }, async () => {
    const { events, leaked } = await collect({ ...tinyRun, target: { speedup: 100, measure: 'decode' } });
    expect(ofType(events, 'run-failed')[0]?.explanation.what).toMatch(/writes 100\.00 times as fast .* the most that leaves a module is \d+\.\d\d times/);
    expect(leaked).toBe(0);
  });

  it.each([
    ['a target that no genome meets', { target: { sparsity: 0.99 }, levels: 2 }, 'No choice of levels'],
    ['a text that is too short', { calibrationTokens: 1_000_000 }, 'too short'],
  ])('ends with a clear error for %s', { timeout: 5 * minutes }, async (_, change, said) => {
    const { events, leaked } = await collect({ ...tinyRun, ...change });
    const [failed] = ofType(events, 'run-failed');
    expect(failed?.explanation.what).toContain(said);
    expect(ofType(events, 'phase-finished')).toEqual([]);
    expect(failed?.explanation.remedy).not.toBe('');
    expect(leaked).toBe(0);
  });
});
