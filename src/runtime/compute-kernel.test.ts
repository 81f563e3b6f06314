import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workgroups } from './compute-kernel.ts';

test('covers all invocations within the limit, without a wasted row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), fc.constantFrom(100, 65535), (invocations, limit) => {
      fc.pre(invocations / 256 <= limit * limit);
      const [x, y] = workgroups(invocations, limit);
      expect(x).toBeLessThanOrEqual(limit);
      expect(x * y * 256).toBeGreaterThanOrEqual(invocations);
      expect(x * (y - 1) * 256).toBeLessThan(invocations);
    }),
  );
});

test('stays in one dimension while that is enough', () => {
  expect(workgroups(1, 65535)).toEqual([1, 1]);
  expect(workgroups(65535 * 256, 65535)).toEqual([65535, 1]);
  expect(workgroups(65535 * 256 + 1, 65535)).toEqual([32768, 2]);
});
