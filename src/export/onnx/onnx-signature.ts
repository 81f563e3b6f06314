import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataType } from '../../onnx/onnx_pb.js';
import type { ModelProto, ValueInfoProto } from '../../onnx/onnx_pb.js';
import { OnnxSignatureError } from '../export-errors.ts';
import type { FloatType } from './onnx-precision.ts';

/** Sizes of the cache of one layer. */
export interface CacheShape {
  readonly layer: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** What a caller has to know of an exported file, read from the file alone. */
export interface OnnxSignature {
  /** Layers with attention, in order. */
  readonly caches: readonly CacheShape[];
  /** Element type of all caches; float32 where there is none. */
  readonly cacheType: FloatType;
  /** Whether positions are fed. GroupQueryAttention counts them itself. */
  readonly positionIds: boolean;
  readonly vocabulary: number;
}

const { FLOAT, FLOAT16 } = TensorProto_DataType;
const CACHE_INPUT = /^past_key_values\.(\d+)\.key$/;

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes); // weights stay views of `bytes`
  } catch (cause) {
    throw new OnnxSignatureError(`it cannot be parsed (${String(cause)})`);
  }
}

/** The size along an axis, which has to be a number. */
function sizeAt({ name, type }: ValueInfoProto, axis: number): number {
  const dims = type?.value.case === 'tensorType' ? type.value.value.shape?.dim : undefined;
  const size = dims?.at(axis)?.value;
  if (size?.case !== 'dimValue') throw new OnnxSignatureError(`axis ${axis} of ${name} is no number`);
  return Number(size.value);
}

/** The one element type of these inputs. */
function cacheTypeOf(infos: readonly ValueInfoProto[]): FloatType {
  const types = new Set(infos.map(({ type }) => (type?.value.case === 'tensorType' ? type.value.value.elemType : undefined)));
  const [type = FLOAT] = types;
  if (types.size > 1 || (type !== FLOAT && type !== FLOAT16)) throw new OnnxSignatureError(`its caches are of the types ${[...types].join(', ')}`);
  return type === FLOAT ? 'float32' : 'float16';
}

/** Reads the caches and the vocabulary of an exported model from its inputs and outputs; weights may lie in another file. Throws {@link OnnxSignatureError}. */
export function onnxSignature(bytes: Uint8Array): OnnxSignature {
  const { graph } = parse(bytes);
  const logits = graph?.output.find(({ name }) => name === 'logits');
  if (graph === undefined || logits === undefined) throw new OnnxSignatureError('it has no output "logits"');
  const found = graph.input.flatMap((info) => {
    const layer = CACHE_INPUT.exec(info.name)?.[1];
    return layer === undefined ? [] : [{ info, layer: Number(layer) }];
  });
  return {
    caches: found.map(({ info, layer }) => ({ layer, kvHeads: sizeAt(info, 1), headDim: sizeAt(info, 3) })),
    cacheType: cacheTypeOf(found.map(({ info }) => info)),
    positionIds: graph.input.some(({ name }) => name === 'position_ids'),
    vocabulary: sizeAt(logits, -1),
  };
}
