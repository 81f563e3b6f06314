import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetFor } from './budget.ts';
import type { SearchEvent } from './events.ts';
import type { Measure, MeasureEvent } from './measure.ts';
import { search } from './search.ts';
import type { SearchSettings } from './settings.ts';
import { talesSpace, twoStages } from './spaces.fixture.ts';

const settings: SearchSettings = { ...twoStages, generations: 1 };
const space = talesSpace('query-head');
const budget = budgetFor(space, 0.5);

type Found = Omit<Extract<MeasureEvent, { type: 'measured' }>, 'type' | 'id'>;

/** Measures by what is given for a stage and a candidate: its number among the offspring, or 0 for the parent. */
const measureBy = (find: (stage: number, number: number, generation: number) => Found): Measure =>
  async function* measure({ candidates, parent, stageIndex, generation }) {
    for (const { id } of candidates) yield { type: 'measured', id, ...find(stageIndex, id === parent.id ? 0 : Number(id.split('.')[1]), generation) };
  };

async function play(find: Parameters<typeof measureBy>[0], changes: Partial<SearchSettings> = {}): Promise<SearchEvent[]> {
  const events: SearchEvent[] = [];
  for await (const event of search({ space, budget, strategy: 'evolution', seed: 1, settings: { ...settings, ...changes }, measure: measureBy(find) })) events.push(event);
  return events;
}

const ofType = <Type extends SearchEvent['type']>(events: readonly SearchEvent[], type: Type): Extract<SearchEvent, { type: Type }>[] =>
  events.filter((event): event is Extract<SearchEvent, { type: Type }> => event.type === type);

describe('a candidate whose numbers go bad', () => {
  it('fails with the reason, in place of its measurement, and goes', async () => {
    const bad: Record<number, Found> = {
      2: { fitness: Number.NaN },
      3: { fitness: 0.001, losses: [3, Number.NaN] },
      4: { fitness: Number.NaN, losses: [Infinity, 3] },
      5: { fitness: 0.001, losses: [3, 50], diverged: true },
    };
    const events = await play((_, number) => bad[number] ?? { fitness: number, losses: [3, 2] });
    expect(ofType(events, 'candidate-failed')).toEqual([
      { type: 'candidate-failed', generation: 1, stage: 0, id: '1.02', reason: 'fitness-not-finite', fitness: null },
      { type: 'candidate-failed', generation: 1, stage: 0, id: '1.03', reason: 'loss-not-finite', fitness: 0.001, losses: [3, null] },
      { type: 'candidate-failed', generation: 1, stage: 0, id: '1.04', reason: 'loss-not-finite', fitness: null, losses: [null, 3] },
      { type: 'candidate-failed', generation: 1, stage: 0, id: '1.05', reason: 'diverged', fitness: 0.001, losses: [3, 50] },
    ]);
    expect(ofType(events, 'candidate-measured').filter(({ stage }) => stage === 0).map(({ id }) => id)).toEqual(['1.01', '1.06', '1.07', '1.08']);
    expect(ofType(events, 'stage-finished')[0]).toMatchObject({ survivors: ['1.01', '1.06', '1.07'], eliminated: ['1.08', '1.02', '1.03', '1.04', '1.05'] });
  });

  it('goes on by the order of entering where all fail, and the parent stays', async () => {
    const events = await play(() => ({ fitness: Number.NaN, losses: [Number.NaN, Number.NaN] }), { generations: 3 });
    expect(ofType(events, 'stage-finished').map(({ survivors }) => survivors)).toEqual([1, 2, 3].flatMap((generation) => [[1, 2, 3].map((number) => `${generation}.0${number}`), ['0.00']]));
    expect(ofType(events, 'generation-finished').map(({ parent, previousParentFitness, replaced }) => [parent.id, parent.fitness, previousParentFitness, replaced])).toEqual(Array.from({ length: 3 }, () => ['0.00', null, null, false]));
    expect(JSON.stringify(events)).not.toContain('NaN');
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it('is replaced by a sound offspring where it is the parent', async () => {
    const events = await play((_, number) => (number === 0 ? { fitness: 0, losses: [3, 60], diverged: true } : { fitness: number }));
    expect(ofType(events, 'candidate-failed').map(({ id, stage }) => [id, stage])).toEqual([['0.00', 1]]);
    expect(ofType(events, 'generation-finished')[0]).toMatchObject({ parent: { id: '1.01', fitness: 1 }, previousParentFitness: null, replaced: true });
  });

  it('fails also where it was dropped on the way, with what was spared counted', async () => {
    const measure: Measure = async function* measure({ candidates, stage }) {
      for (const { id } of candidates) {
        if (id === '1.02') yield { type: 'dropped', id, fitness: 9, tokens: stage.fitnessTokens - 256, saved: 256, losses: [3, 40], diverged: true };
        else yield { type: 'measured', id, fitness: 1 };
      }
    };
    const events: SearchEvent[] = [];
    for await (const event of search({ space, budget, strategy: 'evolution', seed: 1, settings, measure })) events.push(event);
    expect(ofType(events, 'candidate-dropped')).toEqual([]);
    expect(ofType(events, 'candidate-failed')).toMatchObject([{ id: '1.02', reason: 'diverged', fitness: 9 }]);
    expect(ofType(events, 'generation-finished')[0]?.fitnessTokens).toBe(8 * 512 + 4 * 2048 - 256);
  });

  it('never survives a sound one, never becomes the parent, and no NaN is told, whichever fail', async () => {
    const numbers = fc.oneof(fc.constantFrom(Number.NaN, Infinity, -Infinity), fc.integer({ min: 0, max: 3 }));
    const found: fc.Arbitrary<Found> = fc.record({ fitness: numbers, losses: fc.tuple(numbers, numbers), diverged: fc.boolean() }, { requiredKeys: ['fitness'] });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(found, { minLength: 9, maxLength: 9 }), { minLength: 2, maxLength: 2 }), async (table) => {
        const events = await play((stage, number) => table[stage]?.[number] ?? { fitness: 1 }, { generations: 2 });
        const failed = (generation: number, stage: number): Set<string> =>
          new Set(ofType(events, 'candidate-failed').flatMap((event) => (event.generation === generation && event.stage === stage ? [event.id] : [])));
        for (const { generation, stage, survivors, eliminated } of ofType(events, 'stage-finished')) {
          const bad = failed(generation, stage);
          if (survivors.some((id) => bad.has(id))) expect(eliminated.filter((id) => !bad.has(id))).toEqual([]);
        }
        for (const { generation, parent, replaced } of ofType(events, 'generation-finished')) expect(replaced && failed(generation, 1).has(parent.id)).toBe(false);
        expect(JSON.parse(JSON.stringify(events))).toEqual(events); // NaN and infinity would come back as null
      }),
      { numRuns: 60 },
    );
  });
});

describe('candidates that tie', () => {
  it('go by the order of entering, offspring before the parent, and are told', async () => {
    const events = await play((stage, number) => ({ fitness: stage === 0 ? [9, 2, 1, 2, 2, 3, 3, 3, 3][number] ?? 9 : 5 }));
    expect(ofType(events, 'stage-finished')).toEqual([
      { type: 'stage-finished', generation: 1, stage: 0, survivors: ['1.02', '1.01', '1.03'], eliminated: ['1.04', '1.05', '1.06', '1.07', '1.08'], tied: ['1.04'] },
      { type: 'stage-finished', generation: 1, stage: 1, survivors: ['1.02'], eliminated: ['1.01', '1.03', '0.00'], tied: ['1.01', '1.03', '0.00'] },
    ]);
  });

  it('are not told of where there are none', async () => {
    for (const event of ofType(await play((_, number) => ({ fitness: number })), 'stage-finished')) expect(event).not.toHaveProperty('tied');
  });
});
