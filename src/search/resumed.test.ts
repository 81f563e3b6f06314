import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import type { Genome } from '../pruning/level-database.ts';
import { budgetFor } from './budget.ts';
import { ResumeMismatchError } from './errors.ts';
import type { SearchEvent, SearchOutcome } from './events.ts';
import type { Measure } from './measure.ts';
import type { SearchPosition } from './position.ts';
import { randomGenome } from './random-genome.ts';
import type { SearchOptions } from './search.ts';
import { search } from './search.ts';
import type { SearchChanges, SearchSettings, Stage } from './settings.ts';
import { problemArbitrary, spaceOf, talesSpace, twoStages } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

/** From a genome and where it is measured, alike wherever the search was broken off: with ties, failures and drops. */
const measure: Measure = async function* measure({ generation, stageIndex, stage, candidates, parent }) {
  for (const { id, genome } of candidates) {
    const random = randomFor(generation, 'fitness', stageIndex, genome.reduce((sum, level, index) => sum + level * (index + 7) ** 2, 0));
    const [fitness, kind] = [Math.floor(random.unit() * 12) / 4, random.unit()];
    if (stage.trainingTokens > 0) yield { type: 'training', id, done: stage.trainingTokens, total: stage.trainingTokens };
    if (kind < 0.1) yield { type: 'measured', id, fitness: Number.NaN };
    else if (kind < 0.2 && id !== parent.id) yield { type: 'dropped', id, fitness, tokens: 1, saved: stage.fitnessTokens - 1 };
    else yield { type: 'measured', id, fitness, losses: [3, kind], diverged: kind > 0.9 };
  }
};

/** What the user asks for, by the generation at whose start it waits; `asked`: how often one was taken. */
interface Wishes {
  readonly changes: ReadonlyMap<number, SearchChanges>;
  readonly parents: ReadonlyMap<number, Genome>;
}

/** Wishes as the outside holds them: those that a generation has taken are gone. Resumed, the generations that have begun have taken theirs. */
function asking({ changes, parents }: Wishes, begun: number): Pick<SearchOptions, 'takeChanges' | 'takeParent'> & { readonly asked: { changes: number; parents: number } } {
  const asked = { changes: begun, parents: begun };
  return {
    asked,
    takeChanges: () => changes.get(++asked.changes) ?? null,
    takeParent: () => {
      const genome = parents.get(++asked.parents);
      return genome ? { id: `0.0${asked.parents}`, genome } : null;
    },
  };
}

interface Played {
  readonly events: readonly SearchEvent[];
  readonly outcome: SearchOutcome;
  readonly asked: { readonly changes: number; readonly parents: number };
}

async function play(options: Omit<SearchOptions, 'measure'>, wishes: Wishes, begun = 0): Promise<Played> {
  const events: SearchEvent[] = [];
  const { asked, ...takes } = asking(wishes, begun);
  const stream = search({ ...options, measure, ...takes });
  for (;;) {
    const next = await stream.next();
    if (next.done) return { events, outcome: next.value, asked };
    events.push(next.value);
  }
}

const stored = (position: SearchPosition): SearchPosition => JSON.parse(JSON.stringify(position)) as SearchPosition;

const stagesArbitrary: fc.Arbitrary<readonly Stage[]> = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 2, max: 6 }), { maxLength: 2 }), fc.array(fc.record({ fitnessTokens: fc.integer({ min: 2, max: 900 }), trainingTokens: fc.nat(99) }), { minLength: 3, maxLength: 3 }))
  .map(([places, tokens]) => [...places.toSorted((a, b) => b - a), 1].map((survivors, stage) => ({ survivors, fitnessTokens: 2, trainingTokens: 0, ...tokens[stage] })));

const settingsArbitrary: fc.Arbitrary<SearchSettings> = fc.record({
  generations: fc.integer({ min: 0, max: 4 }),
  offspring: fc.integer({ min: 1, max: 7 }),
  maxFlips: fc.integer({ min: 1, max: 3 }),
  mutation: fc.constantFrom('any' as const, 'same-type' as const),
  attentionShare: fc.constantFrom(null, 0, 0.3),
  learningRate: fc.constantFrom(1e-4, 3e-4),
  stages: stagesArbitrary,
});

/** Changes that are valid, and one that is not. */
const changesArbitrary: fc.Arbitrary<SearchChanges> = fc.oneof(
  fc.record({ generations: fc.integer({ min: 1, max: 5 }), offspring: fc.integer({ min: 1, max: 7 }), stages: stagesArbitrary, maxFlips: fc.integer({ min: 1, max: 4 }) }, { requiredKeys: [] }),
  fc.constant({ offspring: 0 }),
);

/** Three layers with room for many offspring, and a target in percent. */
function blocks(percent: number): Pick<SearchOptions, 'space' | 'budget'> {
  const module = { parameters: [60, 48, 36, 24, 12, 0], loss: [0, 1, 2, 3, 4, 5] };
  const blocksSpace = spaceOf([0, 1, 2].flatMap((layer) => [{ ...module, kind: 'attention' as const, layer }, { ...module, kind: 'mlp' as const, layer }]));
  return { space: blocksSpace, budget: budgetFor(blocksSpace, percent / 100) };
}

describe('a search that goes on from where it stood', () => {
  it('tells, from every position on, exactly what the unbroken one told after it', async () => {
    let broken = 0;
    const caseArbitrary = fc.record({
      problem: fc.oneof({ arbitrary: fc.integer({ min: 30, max: 60 }).map(blocks), weight: 5 }, { arbitrary: problemArbitrary(2, 4, 4), weight: 1 }),
      seed: fc.nat(0xffff_ffff),
      strategy: fc.constantFrom('evolution' as const, 'random' as const),
      settings: settingsArbitrary,
      changes: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), changesArbitrary), { maxLength: 2 }),
      parents: fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.option(fc.nat(99))), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async ({ problem: { space, budget }, seed, strategy, settings, changes, parents }) => {
        const uniform = uniformGenome(space, budget);
        const drawn = (draw: number | null): Genome => (draw === null ? [99] : (randomGenome(space, budget, uniform, randomFor(draw, 'adopted', 0)) ?? uniform));
        const wishes: Wishes = { changes: new Map(changes), parents: new Map(parents.map(([generation, draw]) => [generation, drawn(draw)])) };
        const options = { space, budget, strategy, seed, settings };
        const whole = await play(options, wishes);
        for (const [index, event] of whole.events.entries()) {
          if (event.type !== 'position') continue;
          const { position } = event;
          const resumed = await play({ ...options, startAfter: stored(position) }, wishes, position.generation + (position.within ? 1 : 0));
          expect(JSON.stringify(resumed)).toBe(JSON.stringify({ ...whole, events: whole.events.slice(index + 1) }));
          broken++;
        }
      }),
      { numRuns: 20 },
    );
    expect(broken).toBeGreaterThan(40);
  });

  it('stands behind the start of a generation, every stage but the last, and its end', async () => {
    const { events } = await play(optionsWith({ generations: 2 }), none);
    const one = ['generation-started', 'position', 'stage-finished', 'position', 'stage-finished', 'generation-finished', 'position'];
    expect(events.map(({ type }) => type).filter((type) => !type.startsWith('candidate-'))).toEqual([...one, ...one]);
    const within = events.flatMap((event) => (event.type === 'position' ? [[event.position.generation, event.position.within?.stages ?? null]] : []));
    expect(within).toEqual([[0, 0], [0, 1], [1, null], [1, 0], [1, 1], [2, null]]);
  });

  it('can be stopped as the unbroken one is', async () => {
    const options = optionsWith({ generations: 2 });
    const { events } = await play(options, none);
    const places = events.flatMap((event, index) => (event.type === 'position' ? [{ index, position: event.position }] : []));
    for (const { position } of places) {
      const next = await search({ ...options, measure, startAfter: stored(position), shouldStop: () => true }).next();
      const { parent, fitness, generation } = position;
      expect(next).toEqual({ done: true, value: { parent, fitness, generation, stopped: generation < 2 } });
    }
  });
});

const none: Wishes = { changes: new Map(), parents: new Map() };
const space = talesSpace('query-head');
const budget = budgetFor(space, 0.5);
const optionsWith = (changes: Partial<SearchSettings>): Omit<SearchOptions, 'measure'> => ({
  space,
  budget,
  strategy: 'evolution',
  seed: 1,
  settings: { ...twoStages, generations: 1, offspring: 6, ...changes },
});

describe('a position that does not fit', () => {
  /** Behind the first stage. */
  async function standing() {
    const { events } = await play(optionsWith({}), none);
    const [, second] = events.flatMap((event) => (event.type === 'position' ? [event.position] : []));
    if (!second?.within) throw new Error('the second position is within a generation');
    return { ...second, within: second.within };
  }
  const from = (startAfter: SearchPosition, options = optionsWith({})): Promise<Played> => play({ ...options, startAfter }, none);

  it('is refused: a parent of another database or budget', async () => {
    const position = await standing();
    const withParent = (genome: Genome): SearchPosition => ({ ...position, parent: { ...position.parent, genome } });
    await expect(from(withParent([0, 1]))).rejects.toThrow(/its levels are not those of this database/);
    await expect(from(withParent(space.modules.map(() => 99)))).rejects.toThrow(ResumeMismatchError);
    await expect(from(withParent(space.modules.map(() => 0)))).rejects.toThrow(/parameters are not within/);
  });

  it.each<[string, (position: SearchPosition & { within: NonNullable<SearchPosition['within']> }) => SearchPosition, RegExp]>([
    ['a generation that is none', (position) => ({ ...position, generation: -1 }), /-1 is no generation/],
    ['settings that are none', (position) => ({ ...position, settings: { ...position.settings, offspring: 0 } }), /settings are not valid/],
    ['a stage that there is not', (position) => ({ ...position, within: { ...position.within, stages: 2 } }), /no stage after 2/],
    ['too few who enter', (position) => ({ ...position, within: { ...position.within, entering: position.within.entering.slice(1) } }), /2 candidates enter a stage of 3/],
    ['one who enters twice', (position) => ({ ...position, within: { ...position.within, entering: position.within.entering.map(() => position.within.entering[0] ?? position.parent) } }), /enter a stage of 3/],
    ['an offspring of another genome', (position) => ({ ...position, within: { ...position.within, entering: position.within.entering.map(({ id }) => ({ id, genome: position.parent.genome })) } }), /is none of the offspring/],
    ['counts that are none', (position) => ({ ...position, within: { ...position.within, fitnessTokens: 0.5 } }), /counts are none/],
  ])('is refused: %s', async (_, change, said) => {
    const attempt = from(change(await standing()));
    await expect(attempt).rejects.toThrow(ResumeMismatchError);
    await expect(attempt).rejects.toThrow(said);
  });

  it('is refused: offspring of another seed', async () => {
    await expect(from(await standing(), { ...optionsWith({}), seed: 2 })).rejects.toThrow(/is none of the offspring that this seed draws/);
  });
});
