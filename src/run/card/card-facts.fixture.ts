import * as v from 'valibot';
import type { FormatId } from '../../export/formats.ts';
import { llamaTraits } from '../../model/llama-traits.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { ExportedFormat, FormatCheck } from '../exports/export-events.ts';
import { runConfigSchema } from '../run-config.ts';
import type { RunResult } from '../run-result.ts';
import type { ModelCardFacts } from './card-facts.ts';

const spec: ModelSpec = {
  ...llamaTraits,
  vocabulary: 4096,
  hidden: 256,
  headDim: 32,
  maxPositions: 1024,
  layers: [
    { queryGroups: [2, 2, 2], channels: 640 },
    { queryGroups: [2, 1, 2], channels: 0 },
    { queryGroups: [], channels: 333 },
  ],
};

const result: RunResult = {
  version: 1,
  modules: [],
  parameters: { dense: { total: 6_557_952, prunable: 5_505_024 }, pruned: { total: 3_805_440, prunable: 2_752_512 } },
  heldOut: {
    tokens: 16_384,
    dense: { perplexity: 56.512_345_678, kl: 0, agreement: 1 },
    uniform: { perplexity: 88.123_456_789, kl: 0.610_987_654_3, agreement: 0.502_345_678 },
    winner: { perplexity: 72.198_765_432, kl: 0.367_123_456_7, agreement: 0.613_456_789_1 },
  },
  seconds: { search: 123.456_789 },
  tokens: { forward: 9_876_543, trained: 20_480 },
  peakBytes: 987_654_321,
  stopped: false,
};

const check: FormatCheck = {
  backend: 'wasm',
  tokens: 510,
  maxAbsoluteError: 3.141_592_65e-5,
  relativeError: 1.234_567_89e-6,
  agreement: 1,
  perplexity: 70.123_456_7,
  candidatePerplexity: 70.123_411_1,
  sample: { prompt: 'Once upon a time', text: ' there was a king.' },
};

/** A format of one file, as it was written and checked. */
export const exported = (format: FormatId, path: string, changes: Partial<FormatCheck> | null = {}): ExportedFormat => ({
  format,
  files: [{ path, size: 7_618_123, sha256: 'ab'.repeat(32) }],
  check: changes === null ? null : { ...check, ...changes },
  notChecked: changes === null ? 'no program for it is in this page.' : null,
});

/** A run on the bundled model, exported in one format of each kind. */
export const cardFacts: ModelCardFacts = {
  name: 'tales-6m-pruned',
  baseModel: 'hub:owner/tales-6m@main',
  about: { name: 'owner/tales-6m', licence: 'MIT', card: 'https://host.example/owner/tales-6m', revision: 'abc123' },
  spec,
  dense: result.parameters.dense,
  pruned: result.parameters.pruned,
  config: v.parse(runConfigSchema, { version: 1 }),
  result,
  sets: [
    { use: 'calibration', tokens: 16_384, text: 'Tales' },
    { use: 'evaluation', tokens: 16_384, text: 'Tales, held out' },
  ],
  formats: [
    exported('onnx-fp16', 'onnx/model_fp16.onnx'),
    exported('onnx-q4', 'onnx/model_q4.onnx', { agreement: 0.712_345_678, perplexity: 99.5 }),
    exported('safetensors-bf16', 'model.safetensors', null),
    exported('gguf-f16', 'tales-6m-pruned-F16.gguf', null),
  ],
  files: ['config.json', 'modeling_pruned.py', 'run.json'],
  warnings: [],
};
