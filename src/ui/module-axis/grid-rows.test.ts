import { expect, it } from 'vitest';
import { rowBeside } from './grid-rows.ts';

it('goes to the next row, not past the ends, and to the first from a row that is not in view', () => {
  const ids = ['1.02', '2.01', '2.03'];
  expect([rowBeside(ids, '2.01', 1), rowBeside(ids, '2.01', -1)]).toEqual(['2.03', '1.02']);
  expect([rowBeside(ids, '2.03', 1), rowBeside(ids, '1.02', -1)]).toEqual(['2.03', '1.02']);
  expect([rowBeside(ids, '9.09', 1), rowBeside([], '9.09', 1)]).toEqual(['1.02', null]);
});
