import { expect, it } from 'vitest';
import type { MeasureRequest } from '../search/measure.ts';
import { StageRace, type Seen } from './stage-race.ts';

const request: MeasureRequest = {
  generation: 1,
  stageIndex: 1,
  stage: { survivors: 1, fitnessTokens: 2048, trainingTokens: 0 },
  learningRate: 1e-4,
  candidates: ['1.01', '1.02', '1.03', '0.00'].map((id) => ({ id, genome: [] })),
  parent: { id: '0.00', genome: [] },
};

/** The best first, the rest far behind it, the parent as well. */
const seen: Seen = {
  values: [1, 7, 8, 9].map((level) => ({ sequences: Float32Array.from({ length: 8 }, (_, index) => level + 0.1 * Math.sin(level * index)), losses: [0, 0] })),
  sequences: 4,
};

const race = (): StageRace => {
  const made = StageRace.of(request, 8, 0.95);
  if (!made) throw new Error('there is nothing to race for');
  return made;
};

it('drops all that are far behind but the parent', () => {
  const stage = race();
  expect(stage.look([0, 1, 2, 3], seen)).toEqual([1, 2]);
  expect([...stage.dropped]).toEqual([1, 2]);
});

it('compares one after the other with those that were measured before and not dropped', () => {
  const stage = race();
  expect(stage.lookAt(1, [], seen)).toBe(false);
  expect(stage.lookAt(3, [0], seen)).toBe(false);
  expect(stage.lookAt(1, [3, 0], seen)).toBe(true);
  // 1.02 is dropped, so that nobody is compared with it.
  expect(stage.lookAt(2, [1], seen)).toBe(false);
  expect([...stage.dropped]).toEqual([1]);
});

it('looks after every round but the last', () => {
  const { rounds } = race();
  expect(rounds).toEqual([3, 1, 1, 1, 1, 1]);
  expect([1, 2, 3, 4, 5, 6, 7, 8].filter((sequences) => race().looksAfter(sequences))).toEqual([3, 4, 5, 6, 7]);
});

it('is not held where nobody can be dropped', () => {
  expect(StageRace.of(request, 3, 0.95)).toBeNull();
  expect(StageRace.of({ ...request, stage: { ...request.stage, survivors: 4 } }, 8, 0.95)).toBeNull();
});
