import { describe, expect, it } from 'vitest';
import { parseRunConfig } from '../../run/parse-config.ts';
import { paperCitation, runCitation, type CitedRun } from './citation.ts';

const run: CitedRun = {
  config: parseRunConfig({ version: 1, model: 'hub:HuggingFaceTB/SmolLM2_135M@main', seed: 7, target: { sparsity: 0.5 } }),
  model: null,
  startedAt: '2026-11-26T13:15:23.840Z',
  link: 'https://example.org/?seed=7&k=10',
  version: '0.1.0',
};
const about = { name: 'SmolLM2', licence: null, card: null, revision: '12fd25f77366fa6b3b4b768ec3050bf629380bac' };

describe('citations', () => {
  it('name the paper and its authors', () => {
    for (const author of ['Tang', 'Sieberling', 'Kurtic', 'Shen', 'Alistarh']) {
      expect(paperCitation.bibtex).toContain(author);
      expect(paperCitation.text).toContain(author);
    }
    expect(paperCitation.bibtex).toMatch(/^@article\{tang2025darwinlm,[^]*arXiv:2502\.07780[^]*\n\}$/);
  });

  it('repeat the run by its link, and say what it was', () => {
    expect(runCitation(run)?.bibtex).toBe(
      [
        '@misc{darwinlm-web-smollm2-135m-2026-11-26,',
        '  title        = {DarwinLM Web: SmolLM2\\_135M, 50 \\% pruned},',
        '  year         = {2026},',
        '  howpublished = {\\url{https://example.org/?seed=7&k=10}},',
        '  note         = {seed 7, DarwinLM Web 0.1.0, run of 2026-11-26}',
        '}',
      ].join('\n'),
    );
    expect(runCitation(run)?.text).toBe('DarwinLM Web: SmolLM2_135M, 50 % pruned. seed 7, DarwinLM Web 0.1.0, run of 2026-11-26. https://example.org/?seed=7&k=10');
  });

  it('tell the revision where it is known', () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is read of a model
    const model = { about } as unknown as CitedRun['model'];
    expect(runCitation({ ...run, model })?.text).toContain(`model revision ${about.revision}`);
  });

  it('are not made of a run that has not begun', () => {
    expect(runCitation({ ...run, startedAt: null })).toBeNull();
    expect(runCitation({ ...run, config: null })).toBeNull();
  });

  it('write a speed-up so that TeX reads it', () => {
    const config = parseRunConfig({ version: 1, target: { speedup: 1.5, measure: 'decode' } });
    expect(runCitation({ ...run, config })?.bibtex).toContain('1.5$\\times$ as fast');
  });
});
