/** A tensor of a file to be. */
export interface SizedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly byteLength: number;
}

export const bytesOf = (tensors: readonly SizedTensor[]): number => tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);

/**
 * Splits tensors, in their order, into parts of at most `maxBytes`: a part is closed when the next tensor does not fit. A
 * tensor that is larger by itself makes a part of its own. At least one part.
 */
export function shards(tensors: readonly SizedTensor[], maxBytes: number): SizedTensor[][] {
  const parts: SizedTensor[][] = [[]];
  let size = 0;
  for (const tensor of tensors) {
    if (size > 0 && size + tensor.byteLength > maxBytes) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(tensor);
    size += tensor.byteLength;
  }
  return parts;
}
