import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scatterPlan } from './scatter-plan.ts';

test('lists every value once, under its row, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1 }), (rows) => {
      const { plan, touched } = scatterPlan(Int32Array.from(rows));
      expect(touched).toBe(new Set(rows).size);
      const seen: number[] = [];
      for (let entry = 0; entry < touched; entry++) {
        const [row, start, end] = plan.subarray(3 * entry, 3 * entry + 3);
        const indices = [...plan.subarray(start, end)];
        expect(indices).toEqual(rows.flatMap((each, index) => (each === row ? [index] : [])));
        seen.push(...indices);
      }
      expect(seen.sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
    }),
  );
});
