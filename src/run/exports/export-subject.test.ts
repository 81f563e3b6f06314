import { describe, expect, it } from 'vitest';
import { irregularSpec } from '../../model/plain-model.fixture.ts';
import { denseShape, exportName } from './export-subject.ts';

const about = (name: string) => ({ name, licence: null, card: null, revision: null });

describe('exportName', () => {
  it.each([
    ['HuggingFaceTB/SmolLM2-135M', 'SmolLM2-135M-pruned'],
    ['Tales 6M', 'Tales-6M-pruned'],
    ['../../etc/passwd', 'passwd-pruned'],
    ['..', 'model-pruned'],
    ['模型', 'model-pruned'],
    [`a${'b'.repeat(200)}`, `a${'b'.repeat(59)}-pruned`],
  ])('makes of %s a name for files', (name, expected) => {
    expect(exportName(about(name))).toBe(expected);
  });
});

describe('denseShape', () => {
  it('is that of the config, and no smaller than a layer', () => {
    const config = { num_attention_heads: 12, num_key_value_heads: 4, intermediate_size: 64 };
    expect(denseShape(config, irregularSpec)).toEqual({ kvHeads: 4, groupSize: 3, channels: 64 });
    expect(denseShape({ ...config, num_key_value_heads: undefined }, irregularSpec)).toEqual({ kvHeads: 12, groupSize: 3, channels: 64 });
    expect(denseShape({}, irregularSpec)).toEqual({ kvHeads: 3, groupSize: 3, channels: 7 });
    expect(denseShape({ num_attention_heads: 2.5, num_key_value_heads: 'many', intermediate_size: -1 }, irregularSpec)).toEqual({ kvHeads: 3, groupSize: 3, channels: 7 });
  });
});
