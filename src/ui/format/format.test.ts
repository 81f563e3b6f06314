import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  about, bytes, bytesOf, change, compute, computeRate, count, duration, kl, learningRate, missing, parameters, percent, perplexity, roughly, tiny, tokens,
  spent, tokensPerSecond,
} from './format.ts';

/** With ordinary spaces, so that the expectations can be read. */
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('format', () => {
  it.each([
    [kl(1.2917), '1.292'],
    [kl(1.2917, 2), '1.29'],
    [kl(0.03417), '0.0342'],
    [kl(0), '0.000'],
    [kl(1e-9), '0.000'],
    [kl(-1.5), '−1.500'],
    [perplexity(17.94), '17.9'],
    [perplexity(1310), '1,310'],
    [perplexity(4.666), '4.7'],
    [tokensPerSecond(41.24), '41.2 tok/s'],
    [parameters(134_515_008), '134.5 M'],
    [parameters(6_740_000_000), '6.74 B'],
    [parameters(73_728), '74 k'],
    [parameters(6_557_952), '6.56 M'],
    [parameters(1536), '1,536'],
    [tokens(2048), '2,048'],
    [tokens(9999), '9,999'],
    [tokens(65_536), '65.5 k'],
    [tokens(3_900_000), '3.9 M'],
    [tokens(312_000_000), '312 M'],
    [bytes(339_000_000), '339 MB'],
    [bytes(5_300_000_000), '5.3 GB'],
    [bytes(530), '530 B'],
    [bytesOf(603e6, 988e6), '603 of 988 MB'],
    [bytesOf(0, 988e6), '0 B of 988 MB'],
    [bytesOf(999e6, 5.3e9), '999 MB of 5.3 GB'],
    [compute(2.7e15), '2.7 PFLOP'],
    [computeRate(1.12e12), '1.12 TFLOP/s'],
    [duration(41), '41 s'],
    [duration(192), '3 m 12 s'],
    [duration(3900), '1 h 5 min'],
    [duration(0.01), '0 s'],
    [duration(59.7), '1 m'],
    [spent(0), '0 s'],
    [spent(3.12e-4), '312 µs'],
    [spent(0.0842), '84.2 ms'],
    [spent(0.9996), '1.0 s'],
    [spent(192), '3 m 12 s'],
    [roughly(1512), '25 min'],
    [roughly(9000), '2 h 30 min'],
    [about(144_000), 'about 40 h'],
    [about(48), 'about 50 s'],
    [percent(0.6137), '61.4 %'],
    [percent(0.5), '50 %'],
    [percent(0.6317, 0), '63 %'],
    [change(-0.009), '−0.009'],
    [change(0.012), '+0.012'],
    [change(-0.0001), '0.000'],
    [learningRate(1e-5), '1e-5'],
    [learningRate(2.5e-4), '2.5e-4'],
    [learningRate(1.2345e-3), '1.23e-3'],
    [tiny(0), '0'],
    [tiny(3.14e-5), '3.1e-5'],
    [tiny(0.0099), '9.9e-3'],
    [tiny(0.0824), '0.082'],
    [tiny(3.28), '3.3'],
    [tiny(41.4), '41'],
  ])('%s is %s', (made, expected) => {
    expect(plain(made)).toBe(expected);
  });

  it('says that a value is missing or not a number, and never 0 for either', () => {
    for (const format of [kl, perplexity, parameters, tokens, bytes, compute, duration, about, percent, change, learningRate, count]) {
      expect(format(null)).toBe(missing);
      expect(format(undefined)).toBe(missing);
      expect(format(Number.NaN)).toBe('not a number');
    }
  });

  it('never shows more than four digits in a scaled quantity', () => {
    fc.assert(
      fc.property(fc.double({ min: 10_000, max: 1e12, noNaN: true }), (value) => {
        for (const format of [parameters, bytes, tokens, compute]) {
          const digits = format(value).replaceAll(/\D/g, '').length;
          if (value < 1e9) expect(digits).toBeLessThanOrEqual(4);
        }
      }),
    );
  });

  it('rounds an estimate by less than a third', () => {
    const seconds = { s: 1, min: 60, h: 3600 } as const;
    fc.assert(
      fc.property(fc.double({ min: 10, max: 400_000, noNaN: true }), (value) => {
        const parts = [...plain(roughly(value)).replaceAll(',', '').matchAll(/(\d+) (s|min|h)/g)];
        const shown = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unit === 's' || unit === 'min' || unit === 'h' ? seconds[unit] : Number.NaN), 0);
        expect(Math.abs(shown - value) / value).toBeLessThan(0.34);
      }),
    );
  });
});
