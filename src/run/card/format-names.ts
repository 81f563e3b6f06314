import { formatOf } from '../../export/formats.ts';
import type { Format, FormatId } from '../../export/formats.ts';

const kinds = {
  onnx: 'ONNX',
  safetensors: 'safetensors',
  gguf: 'GGUF',
} as const;

function variant(format: Format): string {
  if (format.kind === 'onnx') return format.attention === 'gqa' ? ' with GroupQueryAttention' : '';
  return format.shape === 'padded' ? ' padded to the dense shape' : '';
}

/** For people: `ONNX with GroupQueryAttention, fp16`. */
export function formatName(id: FormatId): string {
  const format = formatOf(id);
  return `${kinds[format.kind]}${variant(format)}, ${format.kind === 'onnx' ? format.precision : format.type}`;
}
