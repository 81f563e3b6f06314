import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { GraphStructureError } from './graph-errors.ts';
import type { Attribute, DataType, Graph, Initializer, Node, Shape, Value } from './graph.ts';
import { liveNodes } from './live-nodes.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from './onnx_pb.js';
import type { AttributeProto, NodeProto, ValueInfoProto } from './onnx_pb.js';

export interface ModelOptions {
  /** Version of the file format: 8 opens everywhere, 10 goes with opset 21, 11 with 23. */
  readonly irVersion: number;
  readonly producer?: string;
  /** Free text pairs kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Operator domains that the file imports even if no node uses them. */
  readonly domains?: readonly string[];
}

const DATA_TYPES: Readonly<Record<DataType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
  uint8: TensorProto_DataType.UINT8,
};

/** Version that is stated for every operator domain besides the standard one. */
const OTHER_DOMAIN_VERSION = 1n;

// Numbers of the fields that are written by hand, see onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;

/** The ONNX file of a graph (a ModelProto), allocated once at its final size. Nodes that no output depends on are left out. */
export function serialize(graph: Graph, options: ModelOptions): Uint8Array<ArrayBuffer> {
  const parts = serializeParts(graph, options);
  const model = new Uint8Array(byteLength(parts));
  let offset = 0;
  for (const part of parts) {
    model.set(part, offset);
    offset += part.length;
  }
  return model;
}

/**
 * The same file in pieces, for a Blob or a stream: the data of the initializers are views of the graph's own arrays,
 * so no byte of a weight is copied.
 */
export function serializeParts(graph: Graph, options: ModelOptions): Uint8Array[] {
  const graphParts = [toBinary(GraphProtoSchema, graphProto(graph)), ...graph.initializers.flatMap(initializerParts)];
  return [modelHeader(graph, options), fieldHeader(MODEL_GRAPH, byteLength(graphParts)), ...graphParts];
}

/** Everything of the ModelProto but its graph. */
function modelHeader(graph: Graph, options: ModelOptions): Uint8Array {
  const used = graph.nodes.map((node) => node.domain).filter((domain) => domain !== '');
  const domains = new Set([...used, ...(options.domains ?? [])]);
  const header = create(ModelProtoSchema, {
    irVersion: BigInt(options.irVersion),
    producerName: options.producer ?? 'darwinlm-web',
    opsetImport: [
      { domain: '', version: BigInt(graph.opset) },
      ...[...domains].map((domain) => ({ domain, version: OTHER_DOMAIN_VERSION })),
    ],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, header);
}

/** The GraphProto without its initializers. */
function graphProto(graph: Graph) {
  const { names, nodes } = namedOutputs(graph);
  const nameOf = (value: Value): string => names.get(value) ?? value.name;
  return create(GraphProtoSchema, {
    name: graph.name,
    node: [...liveNodes(graph), ...nodes].map((node, index) => nodeProto(node, index, nameOf)),
    input: graph.inputs.map((value) => valueInfo(value.name, value)),
    output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
  });
}

/**
 * In ONNX an output's name is the name of the edge. A computed value takes its output's name; an input, an initializer
 * or a value that is output twice goes through an Identity.
 */
function namedOutputs(graph: Graph): { names: Map<Value, string>; nodes: Node[] } {
  const names = new Map<Value, string>();
  const nodes: Node[] = [];
  const leaves = new Set<Value>([...graph.inputs, ...graph.initializers.map(({ value }) => value)]);
  for (const { name, value } of graph.outputs) {
    if (graph.producer(value) && !names.has(value)) {
      names.set(value, name);
    } else if (graph.producer(value) || leaves.has(value)) {
      nodes.push({ op: 'Identity', domain: '', inputs: [value], outputs: [{ ...value, name }], attributes: {} });
    } else {
      throw new GraphStructureError(`Output ${name} belongs to another graph than ${graph.name}.`);
    }
  }
  return { names, nodes };
}

function nodeProto(node: Node, index: number, nameOf: (value: Value) => string): NodeProto {
  return create(NodeProtoSchema, {
    name: `${node.op}_${index}`,
    opType: node.op,
    domain: node.domain,
    input: node.inputs.map((value) => (value ? nameOf(value) : '')),
    output: node.outputs.map(nameOf),
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  });
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const types = AttributeProto_AttributeType;
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(attribute.value) });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: types.INTS, ints: attribute.value.map(BigInt) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: types.FLOAT, f: attribute.value });
    default:
      return attribute satisfies never;
  }
}

function valueInfo(name: string, { type, shape }: { type: DataType; shape: Shape }): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'string' ? ({ case: 'dimParam', value: size } as const) : ({ case: 'dimValue', value: BigInt(size) } as const),
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DATA_TYPES[type], shape: { dim } } } },
  });
}

/** One `initializer` field of a GraphProto; its last piece is the data itself. */
function initializerParts({ value, data }: Initializer): Uint8Array[] {
  const dims = value.shape.map(BigInt);
  const head = toBinary(TensorProtoSchema, create(TensorProtoSchema, { name: value.name, dataType: DATA_TYPES[value.type], dims }));
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const tensor = [head, fieldHeader(TENSOR_RAW_DATA, raw.length), raw];
  return [fieldHeader(GRAPH_INITIALIZER, byteLength(tensor)), ...tensor];
}

/** Tag and length in front of `length` bytes. */
function fieldHeader(field: number, length: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish();
}

const byteLength = (parts: readonly Uint8Array[]): number => parts.reduce((total, part) => total + part.length, 0);
