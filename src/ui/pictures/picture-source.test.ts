import { describe, expect, it } from 'vitest';
import { parseRunConfig } from '../../run/parse-config.ts';
import { pictureSource } from './picture-source.ts';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('the line under a picture', () => {
  it('names model, run and date', () => {
    const config = parseRunConfig({ version: 1, seed: 7, target: { sparsity: 0.4 } });
    const line = plain(pictureSource({ config, model: null, startedAt: '2026-11-26T13:15:23.840Z' }));
    expect(line).toMatch(/^DarwinLM Web · tales-6m · 40 % pruned, seed 7 · run of .*2026.*$/);
  });

  it('leaves out what is not known', () => {
    expect(pictureSource({ config: null, model: null, startedAt: null })).toBe('DarwinLM Web');
    expect(pictureSource({ config: null, model: null, startedAt: 'never' })).toBe('DarwinLM Web');
  });
});
