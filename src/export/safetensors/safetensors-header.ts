import type { SizedTensor } from './shards.ts';

/**
 * Length field and header of a safetensors file (https://github.com/huggingface/safetensors, "Format") whose tensors, all of one
 * `dtype`, follow in this order; padded with spaces so that the data begin at a multiple of 8.
 */
export function safetensorsHeader(tensors: readonly SizedTensor[], dtype: string): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const entries = tensors.map(({ name, shape, byteLength }) => [name, { dtype, shape, data_offsets: [offset, (offset += byteLength)] }]);
  // Without this word for the framework, transformers refuses the file.
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }));
  const header = new Uint8Array(8 + 8 * Math.ceil(text.length / 8)).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  return header;
}
