import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, StringStringEntryProtoSchema, TensorProto_DataLocation } from '../../onnx/onnx_pb.js';
import type { TensorProto } from '../../onnx/onnx_pb.js';
import type { OnnxFile } from './onnx-file.ts';

/** Below this, opening a file as it is costs nothing worth saving. Bytes. */
const LARGE = 64e6;
/** Smaller tensors stay where they are; onnxruntime wants some (shapes) inside. Bytes. */
const INLINE = 1024;
/** What the file calls itself as the place of its weights. */
const ITSELF = 'weights';

function pointInto(file: Uint8Array, tensor: TensorProto): void {
  const { rawData } = tensor;
  const entries = { location: ITSELF, offset: String(rawData.byteOffset - file.byteOffset), length: String(rawData.byteLength) };
  tensor.rawData = new Uint8Array();
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
  tensor.externalData = Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
}

/**
 * The same model for onnxruntime to open with less memory: of a large file its graph alone, whose weights point to their
 * places in the file. Given in one piece, onnxruntime-web would hold them four times while it opens it: in the file, in its
 * heap, parsed and as tensors; so it is twice.
 */
export function spreadWeights(file: OnnxFile): OnnxFile {
  if (file.model.byteLength < LARGE || (file.external?.length ?? 0) > 0) return file;
  const proto = fromBinary(ModelProtoSchema, file.model); // raw data are views of the file
  for (const tensor of proto.graph?.initializer ?? []) if (tensor.rawData.byteLength >= INLINE) pointInto(file.model, tensor);
  return { model: toBinary(ModelProtoSchema, proto), external: [{ path: ITSELF, data: file.model }] };
}
