import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSampling, readSampling, writeSampling, type SamplingSettings } from './address-sampling.ts';

const settings: fc.Arbitrary<SamplingSettings> = fc.record({
  tokens: fc.integer({ min: 1, max: 512 }),
  temperature: fc.integer({ min: 0, max: 200 }).map((value) => value / 100),
  topP: fc.integer({ min: 5, max: 100 }).map((value) => value / 100),
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  chat: fc.boolean(),
});

const queryOf = (parameters: Readonly<Record<string, string | null>>) =>
  new URLSearchParams(Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));

describe('sampling in the address', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(settings, (sampling) => {
        expect(readSampling(queryOf(writeSampling(sampling)))).toEqual({ sampling, ignored: [] });
      }),
    );
  });

  it('has only what is not the default', () => {
    expect([...queryOf(writeSampling(defaultSampling))]).toEqual([]);
    expect(queryOf(writeSampling({ ...defaultSampling, temperature: 0.8, seed: 7 })).toString()).toBe('temp=0.8&sseed=7');
  });

  it('names what it cannot take and keeps the rest', () => {
    const query = new URLSearchParams('tokens=9999&temp=-1&topp=&sseed=1.5&chat=maybe');
    expect(readSampling(query)).toEqual({ sampling: defaultSampling, ignored: ['tokens=9999', 'temp=-1', 'topp=', 'sseed=1.5', 'chat=maybe'] });
    expect(readSampling(new URLSearchParams('tokens=64&temp=hot')).sampling).toEqual({ ...defaultSampling, tokens: 64 });
  });
});
