import { describe, expect, it } from 'vitest';
import { chartFile } from './picture-name.ts';

describe('names of chart files', () => {
  it.each([
    ['fitness', 'tales-6m', 'svg', 'darwinlm-fitness-tales-6m.svg'],
    ['Final shape', 'SmolLM2-135M', 'csv', 'darwinlm-final-shape-smollm2-135m.csv'],
    ['history', null, 'png', 'darwinlm-history.png'],
    ['history', '../a b/c', 'png', 'darwinlm-history-a-b-c.png'],
    ['history', 'Qwen3-0.6B', 'png', 'darwinlm-history-qwen3-0.6b.png'],
  ])('%s of %s as %s', (chart, subject, ending, name) => {
    expect(chartFile(chart, subject, ending)).toBe(name);
  });
});
