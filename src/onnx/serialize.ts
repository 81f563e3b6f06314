import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { LazyBytes } from '../base/lazy-bytes.ts';
import { GraphStructureError } from './graph-errors.ts';
import type { Graph, Initializer } from './graph.ts';
import { graphHeader, modelHeader, tensorHeader } from './model-proto.ts';
import type { ModelOptions } from './model-proto.ts';

// Numbers of the fields that are written by hand, see onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;

/** The ONNX file of a graph (a ModelProto), allocated once at its final size. Nodes that no output depends on are left out. */
export function serialize(graph: Graph, options: ModelOptions): Uint8Array<ArrayBuffer> {
  return joinedParts(serializeParts(graph, options));
}

/** Pieces one after the other. */
export function joinedParts(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(totalBytes(parts));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * The same file in pieces, for a Blob or a stream: the data of the initializers are views of the graph's own arrays,
 * so no byte of a weight is copied. Throws {@link GraphStructureError} where one of them is made while it is written only.
 */
export function serializeParts(graph: Graph, options: ModelOptions): Uint8Array[] {
  return modelParts(graph, options, graph.initializers.flatMap(presentParts));
}

function presentParts({ value, data }: Initializer): Uint8Array[] {
  if (!ArrayBuffer.isView(data)) throw new GraphStructureError(`The data of ${value.name} are not in memory.`);
  return initializerParts([...rawParts({ value, data }), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/** A ModelProto in pieces; `initializers` are those of its graph, as fields. */
export function modelParts<T extends Uint8Array | LazyBytes>(graph: Graph, options: ModelOptions, initializers: readonly T[]): (Uint8Array | T)[] {
  const parts = [graphHeader(graph), ...initializers];
  return [modelHeader(graph, options), fieldHeader(MODEL_GRAPH, totalBytes(parts)), ...parts];
}

/** What stands before the elements of a tensor that holds them itself. */
export const rawParts = ({ value, data }: Initializer): Uint8Array[] => [tensorHeader(value), fieldHeader(TENSOR_RAW_DATA, data.byteLength)];

/** One `initializer` field of a GraphProto, from the pieces of its TensorProto. */
export const initializerParts = <T extends Uint8Array | LazyBytes>(tensor: readonly T[]): (Uint8Array | T)[] => [
  fieldHeader(GRAPH_INITIALIZER, totalBytes(tensor)),
  ...tensor,
];

/** Tag and length in front of `length` bytes. */
function fieldHeader(field: number, length: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish();
}

export const totalBytes = (parts: readonly (Uint8Array | LazyBytes)[]): number => parts.reduce((total, { byteLength }) => total + byteLength, 0);
