import { modelMessage, tensorMessage } from './onnx-files.fixture.ts';
import { isWeightDtype } from './tensor-file.ts';
import type { TensorFile } from './tensor-file.ts';
import { writeSafetensors } from './write-safetensors.fixture.ts';

/** Good files that fuzzing begins with: that of the tests, and `npm run fuzz`. */

/** Whatever was opened must be readable, or say why not. */
export async function readEverything(file: TensorFile): Promise<void> {
  for (const { name, dtype, shape } of file.tensors.values()) {
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) throw new Error(`the shape of ${name} is none`);
    if (!isWeightDtype(dtype)) continue;
    await file.readWeights(name);
    const [rows] = shape;
    if (rows !== undefined) await file.readRows(name, rows >> 1, rows);
  }
}

export const weightSeed = writeSafetensors([
  ['model.a', { shape: [3, 4] }],
  ['model.b', { shape: [5], dtype: 'BF16', bytes: new Uint8Array(10).fill(0x3f) }],
  ['model.c', { shape: [2, 2, 1], dtype: 'F16', bytes: new Uint8Array(8) }],
  ['model.d', { shape: [2], dtype: 'I64', bytes: new Uint8Array(16) }],
]);

/** Bytes in front of its data, and the JSON in them. */
export const headerEnd = 8 + new DataView(weightSeed.buffer).getUint32(0, true);
export const headerSeed = new TextDecoder().decode(weightSeed.subarray(8, headerEnd));

/** Files of a model in parts: the first is {@link weightSeed}. */
export const shardNames = ['m-1.safetensors', 'm-2.safetensors'] as const;
export const lastShard = writeSafetensors([['model.e', { shape: [1] }]]);
export const shardIndex = {
  metadata: { total_size: 82 },
  weight_map: { 'model.a': shardNames[0], 'model.b': shardNames[0], 'model.c': shardNames[0], 'model.d': shardNames[0], 'model.e': shardNames[1] },
};

/** A file with weights of float16 and of 4 bits, some of them in files beside it. */
export const onnxSeed = modelMessage(
  tensorMessage('model.w_proj', 'float16', [3, 2], Uint16Array.of(0, 1, 2, 3, 4, 5)),
  tensorMessage('model.a_Q4', 'uint8', [2, 1, 16], new Uint8Array(32).fill(0x7f)),
  tensorMessage('model.a_scales', 'float16', [2, 1], Uint16Array.of(1, 2)),
  tensorMessage('model.b_proj', 'float32', [2, 2], { location: 'data', offset: '4', length: '16' }),
  tensorMessage('model.c_Q4', 'uint8', [1, 2, 16], { location: 'data', offset: '20', length: '32' }),
  tensorMessage('model.c_scales', 'float32', [1, 2], { location: 'more', length: '8' }),
);

/** What lies beside {@link onnxSeed}, made anew each time. */
export const besideOnnx = (): Record<'data' | 'more', Uint8Array> => ({ data: new Uint8Array(64).fill(0x3f), more: new Uint8Array(8).fill(0x3f) });

/** The pattern of the first of {@link tokenizerSeeds}. */
export const wordPattern = ' ?\\p{L}+| ?\\p{N}+|\\s+';

export const tokenizerSeeds: readonly [object, ...object[]] = [
  {
    added_tokens: [{ id: 0, content: '<|endoftext|>', special: true }],
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: wordPattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      ],
    },
    post_processor: { type: 'ByteLevel' },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: { '<|endoftext|>': 0, a: 1, b: 2, ab: 3, Ġ: 4, Ġab: 5 }, merges: ['a b', 'Ġ ab'] },
  },
  {
    added_tokens: [{ id: 0, content: '<unk>', special: true }, { id: 1, content: '<s>', special: true }],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
    pre_tokenizer: null,
    post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }] },
    decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
    model: { type: 'BPE', unk_token: '<unk>', byte_fallback: false, fuse_unk: true, vocab: { '<unk>': 0, '<s>': 1, '▁': 2, a: 3, b: 4, ab: 5 }, merges: [['a', 'b']] },
  },
];
export const tokenizerSettings = { bos_token: { content: '<s>' }, eos_token: '<|endoftext|>', tokenizer_class: 'LlamaTokenizer', chat_template: '{{ messages[0].content }}', added_tokens_decoder: { 0: { content: '<unk>' } } };
export const tokenizedSample = 'ab ab, \ud800 12\n  ab\u0000b 你好 <s><|endoftext|>';
