import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from '../onnx/onnx_pb.js';
import type { ModelProto, ValueInfoProto } from '../onnx/onnx_pb.js';
import { OnnxSignatureError } from './export-errors.ts';

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
  readonly vocabulary: number;
}

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

/** Reads the cache shapes and the vocabulary of an exported model from its inputs and outputs. Throws {@link OnnxSignatureError}. */
export function onnxSignature(bytes: Uint8Array): OnnxSignature {
  const { graph } = parse(bytes);
  const logits = graph?.output.find(({ name }) => name === 'logits');
  if (graph === undefined || logits === undefined) throw new OnnxSignatureError('it has no output "logits"');
  const caches = graph.input.flatMap((info) => {
    const layer = CACHE_INPUT.exec(info.name)?.[1];
    return layer === undefined ? [] : [{ layer: Number(layer), kvHeads: sizeAt(info, 1), headDim: sizeAt(info, 3) }];
  });
  return { caches, vocabulary: sizeAt(logits, -1) };
}
