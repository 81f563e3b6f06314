import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import type { Genome } from '../pruning/level-database.ts';
import { budgetFor, isFeasible } from './budget.ts';
import { MeasurementError, SearchSettingsError } from './errors.ts';
import type { Individual, SearchEvent, SearchOutcome } from './events.ts';
import { leastLossGenome } from './least-loss.ts';
import type { Measure, MeasureRequest } from './measure.ts';
import type { SearchOptions } from './search.ts';
import { search } from './search.ts';
import { genomeSize, levelAt } from './search-space.ts';
import { spaceOf, talesSpace, twoStages } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

const settings = twoStages;

/** tales-6m's shape with separable losses of random weight for each module, so that the optimum is known. */
const space = spaceOf(
  talesSpace('query-head').modules.map((module, index) => {
    const weight = randomFor(7, 'weight', index).unit() ** 3 + 0.01;
    return { ...module, loss: module.loss.map((_, level) => weight * level ** 1.5) };
  }),
);
const budget = budgetFor(space, 0.5);
const lossOf = (genome: Genome): number => space.modules.reduce((sum, module, index) => sum + (module.loss[levelAt(genome, index)] ?? NaN), 0);

/** Measures by a function of the genome; training is told in two halves. */
const measureBy = (fitnessOf: (genome: Genome, request: MeasureRequest, id: string) => number, requests: MeasureRequest[] = []): Measure =>
  async function* measure(request) {
    requests.push(request);
    const total = request.stage.trainingTokens;
    for (const { id, genome } of request.candidates) {
      if (total > 0) yield { type: 'training', id, done: total / 2, total, loss: 3 };
      yield { type: 'measured', id, fitness: fitnessOf(genome, request, id) };
    }
  };

const optionsWith = (changes: Partial<SearchOptions>): SearchOptions => ({ space, budget, strategy: 'evolution', seed: 1, settings, measure: measureBy(lossOf), ...changes });

/** All events but positions, which `resumed.test.ts` is about. */
type Told = Exclude<SearchEvent, { type: 'position' }>;

async function play(options: SearchOptions): Promise<{ events: Told[]; outcome: SearchOutcome }> {
  const events: Told[] = [];
  const stream = search(options);
  for (;;) {
    const next = await stream.next();
    if (next.done) return { events, outcome: next.value };
    if (next.value.type !== 'position') events.push(next.value);
  }
}

const ofType = <Type extends Told['type']>(events: readonly Told[], type: Type): Extract<Told, { type: Type }>[] =>
  events.filter((event): event is Extract<Told, { type: Type }> => event.type === type);

describe('search by evolution', () => {
  it('comes near the optimum of a separable loss, far better than uniform, and beats random search', async () => {
    const uniform = lossOf(uniformGenome(space, budget));
    const optimum = leastLossGenome(space, budget).loss;
    const long = { ...settings, generations: 40, offspring: 16 };
    const evolution = await play(optionsWith({ settings: long }));
    const random = await play(optionsWith({ settings: long, strategy: 'random' }));
    expect(optimum).toBeLessThan(0.6 * uniform);
    expect(lossOf(evolution.outcome.parent.genome) - optimum).toBeLessThan(0.1 * (uniform - optimum));
    expect(lossOf(random.outcome.parent.genome)).toBeLessThan(uniform);
    expect(lossOf(evolution.outcome.parent.genome)).toBeLessThan(lossOf(random.outcome.parent.genome));
  });

  it('never gets worse on a measure without noise, and keeps the budget', async () => {
    const { events, outcome } = await play(optionsWith({ settings: { ...settings, generations: 15 } }));
    for (const end of ofType(events, 'generation-finished')) {
      expect(end.parent.fitness).toBeLessThanOrEqual(end.previousParentFitness ?? -1);
      expect(isFeasible(budget, end.parent.size)).toBe(true);
      expect(end.parent.size).toBe(genomeSize(space, end.parent.genome));
    }
    expect(outcome).toMatchObject({ generation: 15, stopped: false, fitness: lossOf(outcome.parent.genome) });
  });

  it('tells a generation in order, with ids, stages, survivors and counts', async () => {
    const requests: MeasureRequest[] = [];
    const { events } = await play(optionsWith({ settings: { ...settings, generations: 1 }, measure: measureBy(lossOf, requests) }));
    const uniform = uniformGenome(space, budget);
    const [started] = ofType(events, 'generation-started');
    expect(events[0]).toBe(started);
    expect(started).toMatchObject({ generation: 1, generations: 1, wanted: 8, stages: settings.stages, parent: { id: '0.00', genome: uniform } });
    expect(started?.offspring.map(({ id }) => id)).toEqual(['1.01', '1.02', '1.03', '1.04', '1.05', '1.06', '1.07', '1.08']);
    for (const { genome, changed, size } of started?.offspring ?? []) {
      expect(changed).toEqual([...genome.keys()].filter((index) => genome[index] !== uniform[index]));
      expect(size).toBe(genomeSize(space, genome));
    }
    const [first, last] = ofType(events, 'stage-finished');
    expect(requests.map(({ candidates }) => candidates.map(({ id }) => id))).toEqual([started?.offspring.map(({ id }) => id), [...(first?.survivors ?? []), '0.00']]);
    expect(requests.map(({ stageIndex, learningRate, parent }) => [stageIndex, learningRate, parent.id])).toEqual([[0, 1e-4, '0.00'], [1, 1e-4, '0.00']]);
    const byLoss = (started?.offspring ?? []).toSorted((left, right) => lossOf(left.genome) - lossOf(right.genome)).map(({ id }) => id);
    expect([...(first?.survivors ?? []), ...(first?.eliminated ?? [])]).toEqual(byLoss);
    expect(last?.survivors).toHaveLength(1);
    expect(last?.eliminated).toHaveLength(3);
    expect(ofType(events, 'candidate-training')).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({ type: 'generation-finished', evaluatedCandidates: 12, fitnessTokens: 8 * 512 + 4 * 2048, trainedTokens: 4 * 256 });
    expect(structuredClone(events)).toEqual(events);
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it('gives the same events for the same seed, others for another', async () => {
    const first = await play(optionsWith({}));
    expect(await play(optionsWith({}))).toEqual(first);
    expect((await play(optionsWith({ seed: 2 }))).events).not.toEqual(first.events);
  });

  it('lets an equal offspring win, and keeps the parent against worse ones', async () => {
    const equal = await play(optionsWith({ measure: measureBy(() => 1) }));
    expect(ofType(equal.events, 'generation-finished').every(({ replaced }) => replaced)).toBe(true);
    const worse = await play(optionsWith({ measure: measureBy((_, request, id) => (id === request.parent.id ? 1 : 2)) }));
    expect(worse.outcome.parent.id).toBe('0.00');
    expect(ofType(worse.events, 'generation-finished').map(({ replaced, previousParentFitness }) => [replaced, previousParentFitness])).toEqual(Array.from({ length: 6 }, () => [false, 1]));
  });

  it('measures each parent again: its old fitness does not count', async () => {
    const { events } = await play(optionsWith({ measure: measureBy((_, request, id) => request.generation * 10 + (id === request.parent.id ? 0 : 1)) }));
    expect(ofType(events, 'generation-finished').map(({ parent }) => parent.fitness)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('ranks dropped candidates behind measured ones, tells of them and counts what was spared', async () => {
    const measure: Measure = async function* measure(request) {
      for (const [index, { id }] of request.candidates.entries()) {
        const drops = index % 2 === 1 && id !== request.parent.id;
        if (drops) yield { type: 'dropped', id, fitness: 0, tokens: request.stage.fitnessTokens - 256, saved: 256 };
        else yield { type: 'measured', id, fitness: 1 + index };
      }
    };
    const { events } = await play(optionsWith({ settings: { ...settings, generations: 1 }, measure }));
    const [first, last] = ofType(events, 'stage-finished');
    expect(ofType(events, 'candidate-dropped').map(({ id, stage, tokens, saved }) => [id, stage, tokens, saved])).toEqual([
      ...['1.02', '1.04', '1.06', '1.08'].map((id) => [id, 0, 256, 256]),
      ['1.03', 1, 1792, 256],
    ]);
    expect(first?.survivors).toEqual(['1.01', '1.03', '1.05']);
    expect([last?.survivors, last?.eliminated]).toEqual([['1.01'], ['1.05', '0.00', '1.03']]);
    expect(events.at(-1)).toMatchObject({ evaluatedCandidates: 12, fitnessTokens: 8 * 512 + 4 * 2048 - 5 * 256 });
  });

  it('goes on with fewer offspring, or none, where the space has no more', async () => {
    const module = { kind: 'mlp' as const, parameters: [2, 1, 0], loss: [0, 1, 2] };
    const small = spaceOf([{ ...module, layer: 0 }, { ...module, layer: 1 }]);
    const { events } = await play(optionsWith({ space: small, budget: budgetFor(small, 0.5), measure: measureBy((genome) => genome[0] ?? 9) }));
    expect(ofType(events, 'generation-started').map(({ offspring, wanted }) => [offspring.length, wanted])[0]).toEqual([2, 8]);
    const single = spaceOf([{ ...module, layer: 0 }]);
    const lonely = await play(optionsWith({ space: single, budget: budgetFor(single, 0.5), measure: measureBy(() => 4) }));
    expect(lonely.outcome).toMatchObject({ generation: 6, fitness: 4, parent: { id: '0.00' } });
  });
});

describe('the controls', () => {
  it('uniform is the outcome without any measurement', async () => {
    const { events, outcome } = await play(optionsWith({ strategy: 'uniform' }));
    expect(events).toEqual([]);
    expect(outcome).toEqual({ parent: { id: '0.00', genome: uniformGenome(space, budget), size: genomeSize(space, uniformGenome(space, budget)) }, fitness: null, generation: 0, stopped: false });
  });

  it('random search measures as many candidates on as many tokens as evolution', async () => {
    const effort = async (strategy: 'evolution' | 'random'): Promise<unknown> =>
      ofType((await play(optionsWith({ strategy }))).events, 'generation-finished').map(({ evaluatedCandidates, fitnessTokens, trainedTokens }) => [evaluatedCandidates, fitnessTokens, trainedTokens]);
    expect(await effort('random')).toEqual(await effort('evolution'));
  });

  it('random search draws around the uniform genome whatever its parent is', async () => {
    const genomes = async (measure: Measure): Promise<unknown> =>
      ofType((await play(optionsWith({ strategy: 'random', measure }))).events, 'generation-started').flatMap(({ offspring }) => offspring.map(({ genome }) => genome));
    expect(await genomes(measureBy(lossOf))).toEqual(await genomes(measureBy((genome) => -lossOf(genome))));
  });
});

describe('changes and stops', () => {
  it('applies changes at the next generation, with an event', async () => {
    const asked = [null, null, { offspring: 4, learningRate: 3e-4, maxFlips: 3 }, null, { generations: 4 }];
    const requests: MeasureRequest[] = [];
    const { events, outcome } = await play(optionsWith({ measure: measureBy(lossOf, requests), takeChanges: () => asked.shift() ?? null }));
    expect(ofType(events, 'changed')).toEqual([
      { type: 'changed', generation: 3, before: { offspring: 8, learningRate: 1e-4 }, after: { offspring: 4, learningRate: 3e-4 } },
      { type: 'changed', generation: 5, before: { generations: 6 }, after: { generations: 4 } },
    ]);
    expect(ofType(events, 'generation-started').map(({ offspring }) => offspring.length)).toEqual([8, 8, 4, 4]);
    expect(requests.map(({ generation, learningRate }) => learningRate === (generation < 3 ? 1e-4 : 3e-4)).every(Boolean)).toBe(true);
    expect(outcome).toMatchObject({ generation: 4, stopped: false });
  });

  it('goes on where the number of generations is raised during the last', async () => {
    const asked = [null, null, { generations: 3 }];
    const { outcome } = await play(optionsWith({ settings: { ...settings, generations: 2 }, takeChanges: () => asked.shift() ?? null }));
    expect(outcome.generation).toBe(3);
  });

  it('refuses a change that is not valid and goes on as before', async () => {
    const asked = [{ maxFlips: 0 }];
    const { events } = await play(optionsWith({ takeChanges: () => asked.shift() ?? null }));
    const plain = await play(optionsWith({}));
    expect(events[0]).toMatchObject({ type: 'change-refused', generation: 1, explanation: { what: expect.stringContaining('maxFlips') } });
    expect(events.slice(1)).toEqual(plain.events);
    await expect(play(optionsWith({ settings: { ...settings, maxFlips: 0 } }))).rejects.toThrow(SearchSettingsError);
  });

  it('stops at the next event with the parent so far, and frees the stage', async () => {
    const whole = await play(optionsWith({}));
    let events = 0;
    let freed = 0;
    const measure: Measure = async function* measure(request) {
      try {
        yield* measureBy(lossOf)(request);
      } finally {
        freed++;
      }
    };
    const second = whole.events.findIndex((event) => event.generation === 3 && event.type === 'candidate-measured');
    const stopped: Told[] = [];
    const stream = search(optionsWith({ measure, shouldStop: () => events > second }));
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) {
      if (next.value.type === 'position') continue;
      stopped.push(next.value);
      events++;
    }
    expect(stopped).toEqual(whole.events.slice(0, second + 1));
    const [, after] = ofType(whole.events, 'generation-finished');
    const { fitness, ...parent } = after?.parent ?? { fitness: null };
    expect(next.value).toEqual({ parent, fitness, generation: 2, stopped: true });
    expect(freed).toBe(5);
  });

  it('finishes a generation whose last measurement was made', async () => {
    let measured = 0;
    const measure = measureBy((genome) => {
      measured++;
      return lossOf(genome);
    });
    const { events, outcome } = await play(optionsWith({ measure, shouldStop: () => measured >= 12 }));
    expect(events.at(-1)?.type).toBe('generation-finished');
    expect(outcome).toMatchObject({ generation: 1, stopped: true });
  });
});

describe('a parent that the user chooses', () => {
  const at = (generation: number, chosen: Individual) => {
    let asked = 0;
    return () => (++asked === generation ? chosen : null);
  };

  it('is the parent from the next generation on, and is told', async () => {
    const whole = await play(optionsWith({}));
    const other = ofType(whole.events, 'generation-started')[1]?.offspring.find(({ id }) => id !== whole.outcome.parent.id);
    if (!other) throw new Error('the second generation has offspring');
    const { events } = await play(optionsWith({ takeParent: at(3, { id: other.id, genome: other.genome }) }));
    const third = ofType(events, 'generation-started')[2];
    expect(third?.parent).toEqual({ id: other.id, genome: other.genome, size: other.size });
    const [chosen] = ofType(events, 'parent-chosen');
    expect(chosen).toMatchObject({ generation: 3, before: { id: ofType(whole.events, 'generation-finished')[1]?.parent.id }, parent: third?.parent });
    for (const { genome } of third?.offspring ?? []) expect(isFeasible(budget, genomeSize(space, genome))).toBe(true);
    // What was drawn before is as it was.
    expect(events.slice(0, events.findIndex(({ type }) => type === 'parent-chosen'))).toEqual(whole.events.slice(0, whole.events.findIndex((event) => event.type === 'generation-started' && event.generation === 3)));
  });

  it.each([
    ['is not within the budget', space.modules.map(() => 0)],
    ['has levels that do not exist', space.modules.map(() => 99)],
    ['has too few modules', [1, 2]],
  ])('is refused where it %s, and the search goes on', async (_, genome) => {
    const { events, outcome } = await play(optionsWith({ takeParent: at(2, { id: '9.99', genome }) }));
    expect(ofType(events, 'parent-chosen')).toEqual([]);
    expect(ofType(events, 'change-refused')[0]?.explanation.what).toContain('9.99');
    expect(outcome.generation).toBe(settings.generations);
  });

  it('is refused where its generation was taken back: another will have its id', async () => {
    const { genome } = leastLossGenome(space, budget);
    const { events, outcome } = await play(optionsWith({ takeParent: at(2, { id: '2.01', genome }) }));
    expect(ofType(events, 'parent-chosen')).toEqual([]);
    expect(ofType(events, 'change-refused')[0]?.explanation.what).toContain('taken back');
    expect(outcome.generation).toBe(settings.generations);
  });

  it('wins where the search is stopped before it was measured', async () => {
    const { genome } = leastLossGenome(space, budget);
    let stop = false;
    const measure = measureBy((candidate) => {
      stop = true;
      return lossOf(candidate);
    });
    const { events, outcome } = await play(optionsWith({ measure, shouldStop: () => stop, takeParent: () => (stop ? { id: '0.07', genome } : null) }));
    expect(events.at(-1)?.type).toBe('parent-chosen');
    expect(outcome).toMatchObject({ parent: { id: '0.07', genome }, fitness: null, stopped: true });
  });
});

describe('a measuring function that breaks its contract', () => {
  it.each<[string, Measure]>([
    ['leaves one out', async function* measure({ candidates }) {
      for (const { id } of candidates.slice(1)) yield { type: 'measured', id, fitness: 1 };
    }],
    ['measures twice', async function* measure({ candidates }) {
      for (const { id } of candidates.concat(candidates)) yield { type: 'measured', id, fitness: 1 };
    }],
    ['drops the parent', async function* measure({ candidates, parent, stage }) {
      for (const { id } of candidates) yield id === parent.id ? { type: 'dropped', id, fitness: 1, tokens: 256, saved: stage.fitnessTokens - 256 } : { type: 'measured', id, fitness: 1 };
    }],
    ['invents one', async function* measure() {
      yield { type: 'measured', id: '9.99', fitness: 1 };
    }],
  ])('%s', async (_, measure) => {
    await expect(play(optionsWith({ measure }))).rejects.toThrow(MeasurementError);
  });
});
