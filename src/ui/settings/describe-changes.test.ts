import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../store/settings-store.ts';
import { changesMeasure, describeChanges, sentenceOf } from './describe-changes.ts';
import { withStageInFront } from './stage-table.tsx';

const search = presetConfig('standard').search;
const sentences = (after: Parameters<typeof describeChanges>[1]) => describeChanges(search, after).map(sentenceOf);

describe('changes in plain words', () => {
  it('name what differs and nothing else', () => {
    expect(sentences({ maxFlips: 4, offspring: search.offspring })).toEqual(['max flips 3 → 4']);
    expect(sentences({ attentionShare: 0.35 })).toEqual(['attention / MLP by module count → 35 / 65']);
    expect(sentences({ learningRate: 1e-5 })).toEqual(['learning rate 1e-4 → 1e-5']);
    expect(sentences(search)).toEqual([]);
  });

  it('name the stage and the column of a changed token count', () => {
    const stages = search.stages.map((stage, index) => (index === 1 ? { ...stage, fitnessTokens: 2048, trainingTokens: 0 } : stage));
    expect(sentences({ stages })).toEqual(['stage 2 train tokens 512 → 0', 'stage 2 test tokens 1,024 → 2,048']);
    expect(changesMeasure(search.stages, stages)).toBe(false);
    expect(sentences({ stages: search.stages.slice(1) })).toEqual(['stages 3 → 2']);
  });

  it('say that the measure changes with the tokens of the last stage', () => {
    const stages = search.stages.map((stage, index) => (index === 2 ? { ...stage, fitnessTokens: 8192 } : stage));
    expect(changesMeasure(search.stages, stages)).toBe(true);
  });
});

describe('a stage in front', () => {
  it('keeps twice as many on half the tokens, below the number of offspring', () => {
    const [first] = search.stages;
    expect(withStageInFront(search.stages, 16)?.[0]).toEqual({ survivors: 8, fitnessTokens: (first?.fitnessTokens ?? 0) / 2, trainingTokens: 0 });
    expect(withStageInFront(search.stages, 6)?.[0]?.survivors).toBe(5);
    expect(withStageInFront(search.stages, 5)).toBeNull();
  });
});
