import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, AttributeProtoSchema, ModelProtoSchema, NodeProtoSchema, TensorProto_DataType } from '../onnx/onnx_pb.js';
import type { NodeProto } from '../onnx/onnx_pb.js';

/**
 * `operands`: factors are rounded to float16, products and sums are float32 (the product of two float16 numbers is exact in it).
 * `whole`: the product itself in float16, summed as the backend sums float16.
 */
export type HalfProducts = 'operands' | 'whole';

const products = new Set(['Gemm', 'MatMul']);

function cast(name: string, input: string, output: string, to: TensorProto_DataType): NodeProto {
  const attribute = [create(AttributeProtoSchema, { name: 'to', type: AttributeProto_AttributeType.INT, i: BigInt(to) })];
  return create(NodeProtoSchema, { name, opType: 'Cast', input: [input], output: [output], attribute });
}

/** A product and what stands for it: casts of its inputs, itself, and where it is float16 the cast back. */
function halved(node: NodeProto, how: HalfProducts): NodeProto[] {
  const before: NodeProto[] = [];
  const round = (input: string, index: number): string => {
    const half = `${node.name}.half.${index}`;
    before.push(cast(`${half}.down`, input, half, TensorProto_DataType.FLOAT16));
    if (how === 'whole') return half;
    before.push(cast(`${half}.up`, half, `${half}.up`, TensorProto_DataType.FLOAT));
    return `${half}.up`;
  };
  const [output = ''] = node.output;
  const [addend] = node.input.slice(2);
  const factors = node.input.slice(0, 2).map(round);
  // A sum beside the product (bias, residual) is no factor: it stays as it is.
  if (how === 'operands') return [...before, create(NodeProtoSchema, { ...node, input: [...factors, ...node.input.slice(2)] })];
  const half = `${node.name}.half.y`;
  const product = create(NodeProtoSchema, { ...node, input: factors, output: [half] });
  const wide = addend === undefined ? output : `${node.name}.wide`;
  const after = [cast(`${half}.up`, half, wide, TensorProto_DataType.FLOAT)];
  if (addend !== undefined) after.push(create(NodeProtoSchema, { name: `${node.name}.add`, opType: 'Add', input: [wide, addend], output: [output] }));
  return [...before, product, ...after];
}

/**
 * An ONNX model with its matrix products (Gemm with alpha = beta = 1, MatMul) in half precision and all else as it was: inputs and outputs
 * stay float32. Throws RangeError for a model without a product.
 */
export function withHalfProducts(model: Uint8Array, how: HalfProducts): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, model);
  const graph = proto.graph;
  if (graph === undefined || !graph.node.some(({ opType }) => products.has(opType))) throw new RangeError('a model without a matrix product');
  graph.node = graph.node.flatMap((node) => (products.has(node.opType) ? halved(node, how) : [node]));
  return toBinary(ModelProtoSchema, proto);
}
