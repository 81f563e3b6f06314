import { neededTensors } from '../model/expected-tensors.ts';
import { GENERATOR, prunedLayers } from '../model/export-metadata.ts';
import type { ModelSpec } from '../model/spec.ts';
import { Graph } from '../onnx/graph.ts';
import { serialize } from '../onnx/serialize.ts';
import { decoderGraph } from './decoder-graph.ts';
import { ExportTooLargeError } from './export-errors.ts';
import { StoredWeights } from './stored-weights.ts';
import type { ReadTensor } from './stored-weights.ts';

/** The pair that every runtime in use opens. */
const OPSET = 17;
const IR_VERSION = 8;

/** Protobuf ends at 2 GiB; the rest is left for the graph and for the buffers of whoever reads the file. Bytes. */
const LARGEST_FILE = 1.9e9;

const METHOD = 'DarwinLM: Evolutionary Structured Pruning of Large Language Models, arXiv 2502.07780';

export interface OnnxExport {
  /** The pruned shapes. */
  readonly spec: ModelSpec;
  /** The pruned weights. Arrays are kept until the file is written: nobody may write to them meanwhile. */
  readonly readTensor: ReadTensor;
  /** What else the file should say of itself: the base model, the levels. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the weights that an exported file holds, float32. */
export function exportedBytes(spec: ModelSpec): number {
  const sizes = [...neededTensors(spec).values()].map((shape) => shape.reduce((product, size) => product * size, 1));
  return Float32Array.BYTES_PER_ELEMENT * sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * One self-contained `model.onnx`: float32, opset 17, plain attention with the irregular shapes of the layers baked in,
 * of the model's true size. At most two copies of the weights are held at once.
 * Throws {@link ExportTooLargeError} before any weight is read.
 */
export async function exportOnnx({ spec, readTensor, metadata }: OnnxExport): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = exportedBytes(spec);
  if (bytes > LARGEST_FILE) throw new ExportTooLargeError(bytes, LARGEST_FILE);
  const graph = new Graph('pruned_language_model', OPSET);
  decoderGraph(graph, spec, await StoredWeights.store(graph, spec, readTensor));
  return serialize(graph, {
    irVersion: IR_VERSION,
    producer: GENERATOR,
    domains: ['com.microsoft'],
    metadata: { generator: GENERATOR, method: METHOD, pruned_layers: JSON.stringify(prunedLayers(spec)), ...metadata },
  });
}
