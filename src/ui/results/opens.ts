import type { Format } from '../../export/formats.ts';

/** Programs that opened files of this page, with the versions that were tried; a claim about a program stands here or nowhere. */
const tried = {
  transformersJs: 'transformers.js 4.3.1',
  onnxRuntime: 'ONNX Runtime 1.30 and 1.32',
  genai: 'onnxruntime-genai 0.18',
  transformers: 'Transformers 4.57 to 5.24',
  newerTransformers: 'Transformers 5.23 and 5.24',
  llamaCpp: 'llama.cpp as in node-llama-cpp 3.22.1',
} as const;

const onnx = `${tried.transformersJs}, ${tried.onnxRuntime}, ${tried.genai}.`;

const onnxNotes = {
  fp16: `${onnx} Half the size of fp32.`,
  fp32: 'The same programs. Nothing is rounded.',
  q4f16: 'The same programs. 4-bit weights, fp16 around them. Costs quality: how much is measured after writing.',
  q4: 'The same programs. 4-bit weights, fp32 around them. Costs quality: how much is measured after writing.',
} as const;

const safetensorsNotes = {
  bf16: `${tried.transformers}, with the model file of the folder (trust_remote_code). Stock classes cannot load it: layers differ in width.`,
  fp16: 'The same programs, with the same model file.',
  fp32: 'The same programs. Nothing is rounded: to train on elsewhere.',
} as const;

const ggufNotes = {
  f16: `${tried.llamaCpp}.`,
  q8_0: 'The same program. 8-bit weights.',
} as const;

const paddedNotes = {
  safetensors: `Stock ${tried.newerTransformers}, without code of its own.`,
  gguf: `${tried.llamaCpp}, as the dense architecture.`,
} as const;

/** What opens a format, in a sentence or two. */
export function opensWith(format: Format): string {
  if (format.kind === 'onnx') return onnxNotes[format.precision];
  if (format.shape === 'padded') return paddedNotes[format.kind];
  return format.kind === 'safetensors' ? safetensorsNotes[format.type] : ggufNotes[format.type];
}
