import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { CompanionFiles } from '../../sources/companion-files.ts';
import { jsonText } from './json-text.ts';
import { specialIds } from './special-ids.ts';
import { runtimeType } from './stock-architecture.ts';

export interface GenaiOptions {
  /** Of the ONNX file. */
  readonly spec: ModelSpec;
  /** config.json of the model that was pruned. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly companions: CompanionFiles;
  /** The ONNX file, relative to the folder: `onnx/model_fp16.onnx`. */
  readonly file: string;
  readonly attention: 'plain' | 'gqa';
}

/**
 * The text of genai_config.json (export-targets 4.2). Sizes of caches come from the ONNX file; one number cannot say them where
 * layers differ, so the largest stands here. Plain attention concatenates its cache and takes `position_ids`;
 * GroupQueryAttention does neither, and can share one buffer.
 */
export function genaiConfig({ spec, config, companions, file, attention }: GenaiOptions): string {
  const { bos, eos, pad } = specialIds(companions, config);
  const largest = (sizes: readonly number[]): number => Math.max(1, ...sizes);
  const ids = { bos_token_id: bos, eos_token_id: eos, pad_token_id: pad ?? (Array.isArray(eos) ? eos[0] : eos) };
  const decoder = {
    session_options: { log_id: 'onnxruntime-genai', provider_options: [] },
    filename: file,
    head_size: spec.headDim,
    hidden_size: spec.hidden,
    num_attention_heads: largest(spec.layers.map(queryHeads)),
    num_key_value_heads: largest(spec.layers.map(kvHeads)),
    num_hidden_layers: spec.layers.length,
    inputs: {
      input_ids: 'input_ids',
      attention_mask: 'attention_mask',
      ...(attention === 'plain' ? { position_ids: 'position_ids' } : {}),
      past_key_names: 'past_key_values.%d.key',
      past_value_names: 'past_key_values.%d.value',
    },
    outputs: { logits: 'logits', present_key_names: 'present.%d.key', present_value_names: 'present.%d.value' },
  };
  return jsonText({
    model: {
      type: runtimeType(spec),
      vocab_size: spec.vocabulary,
      context_length: spec.maxPositions,
      ...Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== null)),
      decoder,
    },
    search: { do_sample: false, max_length: spec.maxPositions, past_present_share_buffer: attention === 'gqa' },
  });
}
