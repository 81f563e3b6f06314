import { expect, test } from 'vitest';
import { describeFigure, figureValue } from './describe-figure.ts';

test('numbers have three digits, small and large', () => {
  const value = (number: number): string => figureValue({ name: '', value: number, unit: 's' });
  expect([0.012_345, 1.2345, 12.345, 123.45, 12_345.6].map(value)).toEqual(['0.0123 s', '1.23 s', '12.3 s', '123 s', '12346 s']);
  expect(value(0)).toBe('0 s');
  expect(value(Number.NaN)).toBe('NaN s');
});

test('quartiles and the note follow', () => {
  const figure = { name: 'a / b', value: 2, unit: '×', quartiles: [1.5, 2.25], note: '2 ms / 1 ms' } as const;
  expect(describeFigure(figure)).toMatch(/^a \/ b +2\.00 × \(1\.50 to 2\.25\); 2 ms \/ 1 ms$/);
});
