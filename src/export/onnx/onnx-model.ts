import { GENERATOR, prunedLayers } from '../../model/export-metadata.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { Graph } from '../../onnx/graph.ts';
import { serializeLazily } from '../../onnx/serialize-lazily.ts';
import type { OnnxPrecision } from '../formats.ts';
import type { PlannedFile } from '../planned-file.ts';
import { regrouped } from '../rewrite/regrouped.ts';
import { decoderGraph } from './decoder-graph.ts';
import type { AttentionKind } from './decoder-graph.ts';
import { fusedAttentionFits } from './fused-attention-graph.ts';
import { FusedAttentionError } from './onnx-export-errors.ts';
import { storageOf } from './onnx-precision.ts';
import { GraphWeights } from './graph-weights.ts';

/** The pair that every runtime in use opens. */
const OPSET = 17;
const IR_VERSION = 8;

/** Protobuf ends at 2 GiB; the rest is left for the graph and for the buffers of whoever reads the file. Bytes. */
const LARGEST_FILE = 1.9e9;

const METHOD = 'DarwinLM: Evolutionary Structured Pruning of Large Language Models, arXiv 2502.07780';

export interface OnnxPlan {
  /** The pruned weights. They must stay as they are until the files are written. */
  readonly weights: WeightSource;
  readonly precision: OnnxPrecision;
  /** Groups of query heads are made equal for `gqa`: see {@link arrangedWeights}. */
  readonly attention: AttentionKind;
  /** Of the ONNX file: `onnx/model_fp16.onnx`. */
  readonly path: string;
  /** Whether the weights lie in a file of their own, `<path>_data`. Beyond 1.9 GB they do in any case. */
  readonly externalData: boolean;
  /** What else the file should say of itself: the base model, the levels; or a function of the shapes that it has ({@link arrangedWeights}). */
  readonly metadata: Metadata | ((spec: ModelSpec) => Metadata);
}

type Metadata = Readonly<Record<string, string>>;

/** The weights as a file with this attention holds them: with equal groups in each layer for the fused operator. */
export const arrangedWeights = (weights: WeightSource, attention: AttentionKind): WeightSource => (attention === 'gqa' ? regrouped(weights) : weights);

/**
 * The ONNX file of a model, opset 17, with the irregular shapes of its layers baked in; a second file for its weights where
 * these lie outside. No weight is read before the files are written, and then one tensor at a time.
 * Throws {@link FusedAttentionError}; writing throws WeightOutOfRangeError.
 */
export function planOnnx({ weights, precision, attention, path, externalData, metadata }: OnnxPlan): PlannedFile[] {
  const source = arrangedWeights(weights, attention);
  const { spec } = source;
  if (attention === 'gqa' && !fusedAttentionFits(spec)) throw new FusedAttentionError(spec.headDim);
  const storage = storageOf[precision];
  const graph = new Graph('pruned_language_model', OPSET);
  decoderGraph({ graph, spec, type: storage.type, weights: new GraphWeights(graph, source, storage) }, attention);
  const size = graph.initializers.reduce((sum, { data }) => sum + data.byteLength, 0);
  const more = typeof metadata === 'function' ? metadata(spec) : metadata;
  const dataPath = `${path}_data`;
  const { model, data } = serializeLazily(graph, {
    irVersion: IR_VERSION,
    producer: GENERATOR,
    domains: ['com.microsoft'],
    metadata: { generator: GENERATOR, method: METHOD, precision, attention, pruned_layers: JSON.stringify(prunedLayers(spec)), ...more },
    dataFile: externalData || size > LARGEST_FILE ? dataPath.slice(dataPath.lastIndexOf('/') + 1) : null,
  });
  const file = { path, content: model };
  return data === null || data.byteLength === 0 ? [file] : [file, { path: dataPath, content: data }];
}
