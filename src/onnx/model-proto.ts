import { create, toBinary } from '@bufbuild/protobuf';
import { GraphStructureError } from './graph-errors.ts';
import type { Attribute, DataType, Graph, Node, Shape, Value } from './graph.ts';
import { liveNodes } from './live-nodes.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
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

/** Everything of the ModelProto but its graph. */
export function modelHeader(graph: Graph, options: ModelOptions): Uint8Array {
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
export function graphHeader(graph: Graph): Uint8Array {
  const { names, nodes } = namedOutputs(graph);
  const made = (value: Value): string => names.get(value) ?? value.name;
  const read = (value: Value): string => graph.fed.get(value) ?? made(value);
  const header = create(GraphProtoSchema, {
    name: graph.name,
    node: [...liveNodes(graph), ...nodes].map((node, index) => nodeProto(node, index, { made, read })),
    input: graph.inputs.map((value) => valueInfo(value.name, value)),
    output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
  });
  return toBinary(GraphProtoSchema, header);
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

/** What a value is called where it is computed, and where it is read: another name where it is fed after all. */
interface Naming {
  readonly made: (value: Value) => string;
  readonly read: (value: Value) => string;
}

function nodeProto(node: Node, index: number, { made, read }: Naming): NodeProto {
  return create(NodeProtoSchema, {
    name: `${node.op}_${index}`,
    opType: node.op,
    domain: node.domain,
    input: node.inputs.map((value) => (value ? read(value) : '')),
    output: node.outputs.map(made),
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

/** Where the elements of a tensor lie in another file; bytes. */
interface ExternalPlace {
  /** Name of a file in the same folder. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A TensorProto without its elements, or with the place where they are. */
export function tensorHeader({ name, type, shape }: Value, place: ExternalPlace | null = null): Uint8Array {
  const tensor = { name, dataType: DATA_TYPES[type], dims: shape.map(BigInt) };
  if (place === null) return toBinary(TensorProtoSchema, create(TensorProtoSchema, tensor));
  const externalData = Object.entries(place).map(([key, value]) => ({ key, value: String(value) }));
  return toBinary(TensorProtoSchema, create(TensorProtoSchema, { ...tensor, externalData, dataLocation: TensorProto_DataLocation.EXTERNAL }));
}
