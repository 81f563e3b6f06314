import { expect, it } from 'vitest';
import { curatedModels } from './curated-models.ts';
import { formatModelRef, parseModelRef } from './model-ref.ts';

it.each(curatedModels)('$id can be named, and its numbers agree', ({ id, revision, parameters, weightBytes, about }) => {
  const ref = { kind: 'hub', id, revision } as const;
  expect(parseModelRef(formatModelRef(ref))).toEqual(ref);
  expect(weightBytes % 2).toBe(0);
  expect(weightBytes).toBeGreaterThanOrEqual(2 * parameters);
  expect(about).toMatch(/^[A-Z].*\.$/);
});
