import { describe, expect, it } from 'vitest';
import { planSpeed } from './speed.ts';

describe('planSpeed', () => {
  it('is the whole measurement where that fits the time', () => {
    expect(planSpeed({ prefill: 1e-4, decode: 1e-2 }, 1024, 10)).toEqual({ prefillTokens: 512, decodeTokens: 32, runs: 5 });
  });

  it('takes fewer runs first, then fewer tokens', () => {
    // 511 x 3 ms + 33 x 10 ms = 1.86 s a run
    expect(planSpeed({ prefill: 3e-3, decode: 1e-2 }, 1024, 6)).toEqual({ prefillTokens: 512, decodeTokens: 32, runs: 3 });
    expect(planSpeed({ prefill: 3e-3, decode: 1e-2 }, 1024, 3)).toEqual({ prefillTokens: 256, decodeTokens: 16, runs: 3 });
  });

  it('measures something on the slowest device, and stays within a short context', () => {
    expect(planSpeed({ prefill: 1, decode: 9 }, 1024, 10)).toEqual({ prefillTokens: 32, decodeTokens: 4, runs: 3 });
    expect(planSpeed({ prefill: 0, decode: 0 }, 64, 10)).toEqual({ prefillTokens: 32, decodeTokens: 32, runs: 5 });
    expect(planSpeed({ prefill: 0, decode: 0 }, 6, 10)).toEqual({ prefillTokens: 3, decodeTokens: 3, runs: 5 });
  });
});
