/** Reads rows of tensors that can only be read whole: the last one is kept, so that a pass over its rows reads it once. */
export function rowsOfWhole(read: (name: string) => Promise<Float32Array>, rowsOf: (name: string) => number) {
  let last: { readonly name: string; readonly values: Float32Array } | null = null;
  return async (name: string, start: number, end: number): Promise<Float32Array> => {
    if (last?.name !== name) last = { name, values: await read(name) };
    const { values } = last;
    const rows = rowsOf(name);
    const width = values.length / rows;
    if (end === rows) last = null; // the pass is over
    return values.subarray(start * width, end * width);
  };
}
