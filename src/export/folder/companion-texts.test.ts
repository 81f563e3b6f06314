import { describe, expect, it } from 'vitest';
import type { CompanionFiles } from '../../sources/companion-files.ts';
import { irregularSpec } from '../../model/plain-model.fixture.ts';
import { genaiConfig } from './genai-config.ts';
import { generationConfig } from './generation-config.ts';
import { specialIds } from './special-ids.ts';
import { tokenizerConfig } from './tokenizer-config.ts';

const tokenizer = { added_tokens: [{ id: 3, content: '<s>' }, { id: 4, content: '</s>' }, null, { id: 'x', content: '<pad>' }] };

const companions = (changes: Partial<CompanionFiles> = {}): CompanionFiles => ({
  tokenizer: new TextEncoder().encode(JSON.stringify(tokenizer)),
  tokenizerConfig: {},
  chatTemplate: null,
  generationConfig: null,
  ...changes,
});

describe('special ids', () => {
  it('are those of the generation settings, then of the config, then of the tokens that are named', () => {
    const tokenizerConfigJson = { bos_token: '<s>', eos_token: { content: '</s>' }, pad_token: '<pad>' };
    expect(specialIds(companions({ tokenizerConfig: tokenizerConfigJson }), {})).toEqual({ bos: 3, eos: 4, pad: null });
    expect(specialIds(companions({ tokenizerConfig: tokenizerConfigJson }), { eos_token_id: [7, 8], bos_token_id: null })).toEqual({ bos: 3, eos: [7, 8], pad: null });
    expect(specialIds(companions({ generationConfig: { eos_token_id: [9], pad_token_id: 0 } }), { eos_token_id: 7, bos_token_id: 1 })).toEqual({ bos: 1, eos: 9, pad: 0 });
  });

  it('are none where nothing sensible is said', () => {
    const odd = companions({ tokenizer: new TextEncoder().encode('{'), tokenizerConfig: { eos_token: 5, bos_token: { content: 1 }, pad_token: '' } });
    expect(specialIds(odd, { eos_token_id: -1, bos_token_id: 'x', pad_token_id: [1, 'y'] })).toEqual({ bos: null, eos: null, pad: null });
  });
});

describe('generation_config.json', () => {
  it('is the original with the ids that it left to other files', () => {
    const original = { temperature: 0.5, eos_token_id: [1, 2], transformers_version: '4.40.0' };
    expect(JSON.parse(generationConfig(companions({ generationConfig: original }), { bos_token_id: 7 }))).toEqual({ ...original, bos_token_id: 7 });
  });

  it('is the ids alone where there was none', () => {
    expect(JSON.parse(generationConfig(companions(), { eos_token_id: 2 }))).toEqual({ _from_model_config: true, eos_token_id: 2 });
  });
});

describe('tokenizer_config.json', () => {
  it('has the chat template inside, in place of a list', () => {
    const original = { tokenizer_class: 'LlamaTokenizerFast', chat_template: [{ name: 'default', template: 'a' }], eos_token: '</s>' };
    expect(JSON.parse(tokenizerConfig(companions({ tokenizerConfig: original, chatTemplate: 'a\n{{ b }}' })))).toEqual({
      tokenizer_class: 'LlamaTokenizerFast',
      chat_template: 'a\n{{ b }}',
      eos_token: '</s>',
    });
  });

  it.each([undefined, null, 'TokenizersBackend'])('has a class that all versions know in place of %j', (tokenizer_class) => {
    expect(JSON.parse(tokenizerConfig(companions({ tokenizerConfig: { tokenizer_class } })))).toEqual({ tokenizer_class: 'PreTrainedTokenizerFast' });
  });
});

describe('genai_config.json', () => {
  const options = { spec: irregularSpec, config: { eos_token_id: [5, 6], bos_token_id: 1 }, companions: companions(), file: 'onnx/model_fp16.onnx' } as const;

  it('says what a plain file is', () => {
    expect(JSON.parse(genaiConfig({ ...options, attention: 'plain' }))).toEqual({
      model: {
        type: 'qwen3',
        vocab_size: 19,
        context_length: 64,
        bos_token_id: 1,
        eos_token_id: [5, 6],
        pad_token_id: 5,
        decoder: {
          session_options: { log_id: 'onnxruntime-genai', provider_options: [] },
          filename: 'onnx/model_fp16.onnx',
          head_size: 6,
          hidden_size: 11,
          num_attention_heads: 6,
          num_key_value_heads: 3,
          num_hidden_layers: 5,
          inputs: {
            input_ids: 'input_ids',
            attention_mask: 'attention_mask',
            position_ids: 'position_ids',
            past_key_names: 'past_key_values.%d.key',
            past_value_names: 'past_key_values.%d.value',
          },
          outputs: { logits: 'logits', present_key_names: 'present.%d.key', present_value_names: 'present.%d.value' },
        },
      },
      search: { do_sample: false, max_length: 64, past_present_share_buffer: false },
    });
  });

  it('leaves positions to GroupQueryAttention, which can share its cache', () => {
    const text = genaiConfig({ ...options, attention: 'gqa' });
    expect(text).not.toContain('position_ids');
    expect(JSON.parse(text)).toMatchObject({ search: { past_present_share_buffer: true } });
  });

  it('says nothing of ids that are not known', () => {
    expect(genaiConfig({ ...options, config: {}, attention: 'plain' })).not.toContain('token_id');
  });
});
