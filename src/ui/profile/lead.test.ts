import { describe, expect, it } from 'vitest';
import { leadOf } from './lead.ts';
import { phaseRows } from './phase-rows.ts';
import { profileAfter } from './profile.fixture.ts';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');
const rows = phaseRows(profileAfter(6).phases, 1e9, { search: 5.4 });

describe('the sentence of the profile', () => {
  it('tells where most of the time went, how fast that was, and what was outside', () => {
    expect(plain(leadOf({ rows, over: true, here: true, seconds: 100 }))).toBe(
      'The run took 1 m 40 s, 60 % of it in the search, at 500 MFLOP/s or 50 % of this device’s peak. 9 % of that time was outside sessions and kernels.',
    );
    expect(plain(leadOf({ rows, over: false, here: false, seconds: 100 }))).toBe('The run has taken 1 m 40 s so far, 60 % of it in the search, at 500 MFLOP/s or 50 % of its device’s peak. 9 % of that time was outside sessions and kernels.');
  });

  it('leaves out what is not known', () => {
    const slow = phaseRows(profileAfter(6).phases, null);
    expect(plain(leadOf({ rows: slow, over: true, here: true, seconds: 100 }))).toBe('The run took 1 m 40 s, 60 % of it in the search, at 500 MFLOP/s.');
    const load = phaseRows([{ phase: 'load', seconds: 2, flop: null, forwardTokens: null, trainedTokens: null }], null);
    const loading = phaseRows(profileAfter(0).phases.slice(0, 1), 1e9, { load: 2 });
    expect(plain(leadOf({ rows: loading, over: false, here: true, seconds: 2 }))).toBe('The run has taken 2.0 s so far, all of it in loading.');
    expect(plain(leadOf({ rows: load, over: true, here: true, seconds: 2 }))).toBe('The run took 2.0 s, all of it in loading.');
  });
});
