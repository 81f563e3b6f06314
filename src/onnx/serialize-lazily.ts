import { joinedBytes, presentBytes } from '../base/lazy-bytes.ts';
import type { LazyBytes } from '../base/lazy-bytes.ts';
import { GraphStructureError } from './graph-errors.ts';
import type { Graph, Initializer } from './graph.ts';
import { tensorHeader } from './model-proto.ts';
import type { ModelOptions } from './model-proto.ts';
import { initializerParts, joinedParts, modelParts, rawParts, totalBytes } from './serialize.ts';

/** Readers refuse a protobuf message of 2^31 bytes; the rest is left for what is not weights. */
const LARGEST_WEIGHTS = 2.1e9;
/** Tensors below this size stay in the model's own file: shapes and constants, which onnxruntime wants to see there. Bytes. */
const SMALLEST_EXTERNAL = 1024;
/** Places in the data file are multiples of this, bytes. */
const ALIGNMENT = 64;

type Part = Uint8Array | LazyBytes;

export interface LazyFileOptions extends ModelOptions {
  /** Name of a file beside the model's own that takes the large tensors; null: one file holds all. */
  readonly dataFile: string | null;
}

export interface LazyFiles {
  readonly model: LazyBytes;
  /** What belongs into the data file; null without one. */
  readonly data: LazyBytes | null;
}

/**
 * The ONNX file of a graph as `serialize` writes it, made while it is written: sizes are known at once, weights given as
 * LazyBytes are asked for one after the other, and none is kept. Throws {@link GraphStructureError} where one file would
 * be beyond what protobuf can hold.
 */
export function serializeLazily(graph: Graph, { dataFile, ...options }: LazyFileOptions): LazyFiles {
  const data: LazyBytes[] = [];
  const initializers = graph.initializers.flatMap((initializer) => {
    if (dataFile === null || initializer.data.byteLength < SMALLEST_EXTERNAL) return initializerParts<Part>([...rawParts(initializer), contentOf(initializer)]);
    const place = { location: dataFile, offset: totalBytes(data), length: initializer.data.byteLength };
    data.push(contentOf(initializer), paddingAfter(place.length));
    return initializerParts<Part>([tensorHeader(initializer.value, place)]);
  });
  const size = totalBytes(initializers);
  if (size > LARGEST_WEIGHTS) throw new GraphStructureError(`${size} bytes of weights are more than one ONNX file can hold.`);
  return { model: joinedBytes(merged(modelParts<Part>(graph, options, initializers))), data: dataFile === null ? null : joinedBytes(data) };
}

/** Data of a graph's constants are copied: they are small. */
function contentOf({ data }: Initializer): LazyBytes {
  if (!ArrayBuffer.isView(data)) return data;
  return presentBytes(Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
}

const paddingAfter = (length: number): LazyBytes => presentBytes(new Uint8Array((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT));

/** Neighbouring bytes joined, so that whoever writes them is not given thousands of small pieces. */
function merged(parts: readonly Part[]): LazyBytes[] {
  const result: LazyBytes[] = [];
  let present: Uint8Array[] = [];
  const flush = (): void => {
    if (present.length > 0) result.push(presentBytes(joinedParts(present)));
    present = [];
  };
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      present.push(part);
    } else {
      flush();
      result.push(part);
    }
  }
  flush();
  return result;
}
