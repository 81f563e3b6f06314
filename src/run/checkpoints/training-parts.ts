import { readFloats, type Runtime, type Tensor } from '../../runtime/runtime.ts';
import type { PartStore, StoredPart } from '../../storage/stored-part.ts';
import type { AdamWOptimizer } from '../../training/adamw-optimizer.ts';
import { putTensors, readTensors, type PartTensor } from './tensor-part.ts';

/** What training changes, as `trainableTensors` names it. */
export type Trained = ReadonlyMap<string, Tensor>;

/** The values of some weights on the host. */
export type Snapshot = ReadonlyMap<string, Float32Array>;

/** Reads all that is trained from the device. */
export async function takeSnapshot(runtime: Runtime, trained: Trained): Promise<Snapshot> {
  const snapshot = new Map<string, Float32Array>();
  for (const [name, tensor] of trained) snapshot.set(name, await readFloats(runtime, tensor));
  return snapshot;
}

/** In a part, moments have the name of their parameter behind one of these. */
const first = 'first_moment.';
const second = 'second_moment.';

/** Everything that training goes on from, by its name in the part. */
function stateOf(trained: Trained, optimizer: AdamWOptimizer): Map<string, Tensor> {
  const tensors = new Map(trained);
  for (const name of trained.keys()) {
    const moments = optimizer.momentsOf(name);
    tensors.set(first + name, moments.first);
    tensors.set(second + name, moments.second);
  }
  return tensors;
}

const shapesOf = (tensors: ReadonlyMap<string, Tensor>): Map<string, readonly number[]> => new Map([...tensors].map(([name, { shape }]) => [name, shape]));

async function overwrite(parts: PartStore, part: StoredPart, runtime: Runtime, tensors: ReadonlyMap<string, Tensor>): Promise<void> {
  for await (const [name, values] of readTensors(parts, part, shapesOf(tensors))) {
    const tensor = tensors.get(name);
    if (tensor) await runtime.write(tensor, values);
  }
}

/** Writes the weights and both moments, read from the device one tensor at a time. Throws the errors of the storage and of the device. */
export function putState(parts: PartStore, runtime: Runtime, trained: Trained, optimizer: AdamWOptimizer): Promise<StoredPart> {
  const tensors = [...stateOf(trained, optimizer)].map(([name, tensor]): PartTensor => ({ name, shape: tensor.shape, read: () => readFloats(runtime, tensor) }));
  return putTensors(parts, 'training', tensors);
}

/** Overwrites the weights, and the moments of an optimizer that was made with as many steps as were stored. Throws TensorPartError and what the store throws. */
export const loadState = (parts: PartStore, part: StoredPart, runtime: Runtime, trained: Trained, optimizer: AdamWOptimizer): Promise<void> =>
  overwrite(parts, part, runtime, stateOf(trained, optimizer));

/** Writes a snapshot of all that is trained. Throws the errors of the storage. */
export function putSnapshot(parts: PartStore, trained: Trained, snapshot: Snapshot): Promise<StoredPart> {
  const valuesOf = (name: string): Float32Array => {
    const values = snapshot.get(name);
    if (values === undefined) throw new RangeError(`there is no ${name} in the snapshot`);
    return values;
  };
  const tensors = [...trained].map(([name, { shape }]): PartTensor => ({ name, shape, read: () => valuesOf(name) }));
  return putTensors(parts, 'best', tensors);
}

/** Reads a snapshot of all that is trained to the host. Throws TensorPartError and what the store throws. */
export async function readSnapshot(parts: PartStore, part: StoredPart, trained: Trained): Promise<Snapshot> {
  const snapshot = new Map<string, Float32Array>();
  for await (const [name, values] of readTensors(parts, part, shapesOf(trained))) snapshot.set(name, values);
  return snapshot;
}

/** Overwrites the weights with a snapshot that was stored. Throws TensorPartError and what the store throws. */
export const loadSnapshot = (parts: PartStore, part: StoredPart, runtime: Runtime, trained: Trained): Promise<void> => overwrite(parts, part, runtime, trained);
