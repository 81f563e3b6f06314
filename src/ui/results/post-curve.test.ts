import { describe, expect, it } from 'vitest';
import { postCsv, postCurve } from './post-curve.ts';

const measured = [
  { tokens: 0, kl: 1.2, perplexity: 36, best: true },
  { tokens: 1000, kl: 0.8, perplexity: 26, best: true },
  { tokens: 2000, kl: 0.9, perplexity: 27, best: false },
];
const state = { total: 4000, losses: [{ tokens: 500, loss: 3.5 }, { tokens: 1000, loss: 3.25 }], measured };

describe('the curve of post-training', () => {
  it('begins with the first measurement', () => {
    expect(postCurve({ total: 10, losses: [], measured: [] }, 300, 100)).toBeNull();
    expect(postCurve({ ...state, measured: [{ tokens: 0, kl: Number.POSITIVE_INFINITY, perplexity: 1, best: true }] }, 300, 100)).toBeNull();
  });

  it('marks what is kept, which need not be the last', () => {
    expect(postCurve(state, 300, 100)?.best).toEqual({ x: 1000, y: 0.8 });
  });

  it('has ticks within its ends', () => {
    const curve = postCurve(state, 300, 100);
    expect(curve?.end).toBe(4000);
    expect(curve?.tokenTicks).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(curve?.ticks).toEqual([0.8, 1]);
    for (const kl of [0.3512, 0.3511]) {
      const narrow = postCurve({ ...state, measured: [{ tokens: 0, kl, perplexity: 1, best: true }] }, 300, 100);
      expect(narrow?.ticks.length).toBeGreaterThan(0);
      expect(narrow?.ticks.every((tick) => tick >= (narrow.domain.least ?? 0) && tick <= narrow.domain.most)).toBe(true);
    }
  });

  it('saves losses and measurements in one order', () => {
    expect(postCsv(state).split('\n')).toEqual([
      'tokens,training_loss,kl,perplexity,best_so_far',
      '0,,1.2,36,true',
      '500,3.5,,,',
      '1000,3.25,0.8,26,true',
      '2000,,0.9,27,false',
    ]);
  });
});
