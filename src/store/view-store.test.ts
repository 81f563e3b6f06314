import { expect, test } from 'vitest';
import { readPlace } from './view-store.ts';

test('an address names a view and a candidate; what is wrong is home', () => {
  expect(readPlace(new URLSearchParams('view=runs&cand=47.02'))).toEqual({ view: 'runs', candidate: '47.02' });
  expect(readPlace(new URLSearchParams('view=constructor&cand=<b>'))).toEqual({ view: 'search', candidate: null });
  expect(readPlace(new URLSearchParams(''))).toEqual({ view: 'search', candidate: null });
});
