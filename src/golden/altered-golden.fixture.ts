import { readFixture } from '../runtime/testing.ts';
import { memoryFile, MemorySource } from '../sources/memory-source.ts';
import { openSafetensors } from '../sources/safetensors.ts';
import type { TensorInfo } from '../sources/safetensors-header.ts';

/** A tensor of a safetensors file, its values to be changed in place. */
export interface Altered {
  readonly dtype: TensorInfo['dtype'];
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array;
}

const dtypes = ['F32', 'F64', 'I32'] as const;

export interface Alterations {
  /** Changes golden.json; returns its new text. */
  readonly json?: (text: string) => string;
  /** Changes, adds and deletes tensors of golden.safetensors. */
  readonly tensors?: (tensors: Map<string, Altered>) => void;
  /** Files to leave out. */
  readonly without?: readonly string[];
}

function writeSafetensors(tensors: ReadonlyMap<string, Altered>): Uint8Array {
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, { dtype, shape, values }] of tensors) header[name] = { dtype, shape, data_offsets: [end, (end += values.byteLength)] };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let place = 8 + text.length;
  for (const { values } of tensors.values()) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
    place += values.byteLength;
  }
  return file;
}

async function alterTensors(bytes: Uint8Array, alter: (tensors: Map<string, Altered>) => void): Promise<Uint8Array> {
  const file = await openSafetensors(memoryFile(bytes), 'golden.safetensors');
  const tensors = new Map<string, Altered>();
  for (const [name, { dtype, shape }] of file.tensors) {
    const values = await file.read(name);
    if (values instanceof BigInt64Array || !dtypes.some((known) => known === dtype)) throw new TypeError(`${name} is ${dtype}`);
    tensors.set(name, { dtype, shape, values });
  }
  alter(tensors);
  return writeSafetensors(tensors);
}

/** A golden fixture with some of it changed. */
export async function alteredGolden(name: string, { json, tensors, without = [] }: Alterations): Promise<MemorySource> {
  const files = new Map<string, Uint8Array>();
  for (const path of ['config.json', 'model.safetensors', 'golden.json', 'golden.safetensors']) {
    if (!without.includes(path)) files.set(path, await readFixture(`goldens/${name}/${path}`));
  }
  const [text, stored] = [files.get('golden.json'), files.get('golden.safetensors')];
  if (json && text) files.set('golden.json', new TextEncoder().encode(json(new TextDecoder().decode(text))));
  if (tensors && stored) files.set('golden.safetensors', await alterTensors(stored, tensors));
  return new MemorySource(name, files);
}
