import { describe, expect, it } from 'vitest';
import { mutationsCsv, mutationStats, valueOf } from './mutation-stats.ts';
import { candidateOf, generationOf } from './structure.fixture.ts';

// Two layers: attention, MLP, attention, MLP.
const history = [
  generationOf(1, [1, 1, 1, 1], [
    candidateOf('1.01', [0, 2, 1, 1], [0, 1], [1.2, 0.75]),
    candidateOf('1.02', [2, 0, 1, 1], [0, 1], [1.3, 0.9]),
    candidateOf('1.03', [0, 2, 2, 0], [0, 1, 2, 3], [1.4]),
  ], '1.01'),
  generationOf(2, [0, 2, 1, 1], [candidateOf('2.01', [1, 1, 1, 1], [0, 1], [1.1, 0.9])], null, [0.7, 0.7]),
];
const stats = mutationStats(history, 4);

describe('mutationStats', () => {
  it('counts for each module and direction what was tried, what went on and what won', () => {
    expect(stats.modules[0]).toEqual({
      keepsMore: { tried: 2, passed: [1], won: 1, gained: 0.125 },
      prunesMore: { tried: 2, passed: [2], won: 0, gained: 0 },
    });
    expect(stats.modules[2]).toEqual({ keepsMore: { tried: 0, passed: [0], won: 0, gained: 0 }, prunesMore: { tried: 1, passed: [0], won: 0, gained: 0 } });
  });

  it('adds modules up to kinds', () => {
    expect(stats.kinds.mlp.prunesMore).toEqual({ tried: 2, passed: [1], won: 1, gained: 0.125 });
    expect(stats.kinds.attention.prunesMore.tried).toBe(3);
  });

  it('counts whole candidates by the number of modules that they changed', () => {
    expect(stats.sizes).toEqual([
      { changed: 2, tried: 3, passed: [3], won: 1, gained: 0.25 },
      { changed: 4, tried: 1, passed: [0], won: 0, gained: 0 },
    ]);
  });

  it('gains nothing where a fitness was not a number', () => {
    const broken = [generationOf(1, [1, 1], [candidateOf('1.01', [0, 2], [0, 1], [1, 1])], '1.01', [Number.POSITIVE_INFINITY, 1])];
    expect(mutationStats(broken, 2).sizes[0]?.gained).toBe(0);
  });

  it('has numbers of its own for each measure, and a table in plain numbers', () => {
    const tally = stats.modules[0]?.keepsMore;
    expect(tally && (['tried', 'passed', 'won', 'gained'] as const).map((measure) => valueOf(tally, measure))).toEqual([2, 1, 1, 0.125]);
    expect(mutationsCsv(stats).split('\n').slice(0, 3)).toEqual([
      'layer,kind,direction,tried,passed_stage_1,won,fitness_gained',
      '1,attention,keeps more,2,1,1,0.125',
      '1,attention,prunes more,2,2,0,0',
    ]);
  });

  it('is quick with a long run', () => {
    const genome = Array.from({ length: 64 }, () => 1);
    const long = Array.from({ length: 2000 }, (_, index) =>
      generationOf(index + 1, genome, Array.from({ length: 32 }, (__, candidate) => candidateOf(`${index + 1}.${candidate}`, genome, [1, 5, 9, 13], [1])), null),
    );
    const began = performance.now();
    expect(mutationStats(long, 64).sizes[0]?.tried).toBe(64_000);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
