import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { isStoredTurned, neededTensors } from '../../src/model/expected-tensors.ts';
import type { PlainModel } from '../../src/model/reference-forward.fixture.ts';
import type { LayerShape, ModelSpec } from '../../src/model/spec.ts';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import type { GraphProto, NodeProto, TensorProto } from '../../src/onnx/onnx_pb.js';
import { float16ToFloat32 } from '../../src/sources/half-floats.ts';

const FLOAT16 = 10; // TensorProto.DataType
const BLOCK = 32;

/** Not the Buffer itself, whose slices would be views. */
const bytesOf = async (path: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(path));

/** An ONNX file as it lies on the disk: its graph, and the bytes of a weight, wherever they are. */
class OnnxFile {
  readonly graph: GraphProto;
  readonly #initializers: ReadonlyMap<string, TensorProto>;
  readonly #external: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  private constructor(graph: GraphProto, external: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
    this.graph = graph;
    this.#initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    this.#external = external;
  }

  static async open(path: string): Promise<OnnxFile> {
    const { graph } = fromBinary(ModelProtoSchema, await bytesOf(path));
    if (graph === undefined) throw new Error(`${basename(path)} holds no graph`);
    const locations = new Set(graph.initializer.flatMap(({ externalData }) => externalData.filter(({ key }) => key === 'location').map(({ value }) => value)));
    const external = await Promise.all([...locations].map(async (name) => [name, await bytesOf(join(dirname(path), name))] as const));
    return new OnnxFile(graph, new Map(external));
  }

  bytes({ rawData, externalData }: TensorProto): Uint8Array<ArrayBuffer> {
    const entry = (key: string): string | undefined => externalData.find((found) => found.key === key)?.value;
    const file = this.#external.get(entry('location') ?? '');
    if (file === undefined) return new Uint8Array(rawData);
    const offset = Number(entry('offset'));
    return file.slice(offset, offset + Number(entry('length')));
  }

  /** A float tensor's values, of either width; null where there is none of this name. */
  floats(name: string): Float32Array | null {
    const tensor = this.#initializers.get(name);
    if (tensor === undefined) return null;
    const { buffer } = this.bytes(tensor);
    return tensor.dataType === FLOAT16 ? float16ToFloat32(new Uint16Array(buffer)) : new Float32Array(buffer);
  }

  /** Rows of 4 bits with a scale for each 32, as MatMulNBits reads them: `[rows, columns]`. */
  fourBits(packedName: string, scalesName: string, columns: number): Float32Array {
    const tensor = this.#initializers.get(packedName);
    const scales = this.floats(scalesName);
    if (tensor === undefined || scales === null) throw new Error(`${packedName} or ${scalesName} is missing`);
    const packed = this.bytes(tensor);
    const blocks = Math.ceil(columns / BLOCK);
    const rows = scales.length / blocks;
    return Float32Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      const byte = packed[Math.floor((row * blocks * BLOCK + column) / 2)] ?? Number.NaN;
      const level = column % 2 === 0 ? byte % 16 : Math.floor(byte / 16);
      return (level - 8) * (scales[row * blocks + Math.floor(column / BLOCK)] ?? Number.NaN);
    });
  }
}

const integer = ({ attribute }: NodeProto, name: string): number => Number(attribute.find((found) => found.name === name)?.i);

/** Shapes of the layers where attention is fused: groups of one size, as the operators say. */
function fusedLayers({ node }: GraphProto, layers: readonly LayerShape[]): LayerShape[] {
  const fused = new Map(
    node
      .filter(({ opType }) => opType === 'GroupQueryAttention')
      .map((operator) => [Number(/\.(\d+)\.key$/.exec(operator.input[3] ?? '')?.[1]), operator] as const),
  );
  return layers.map((layer, index) => {
    const operator = fused.get(index);
    if (operator === undefined) return layer;
    const kvHeads = integer(operator, 'kv_num_heads');
    return { ...layer, queryGroups: Array.from({ length: kvHeads }, () => integer(operator, 'num_heads') / kvHeads) };
  });
}

function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: values.length }, (_, at) => values[(at % columns) * rows + Math.floor(at / columns)] ?? Number.NaN);
}

function weight(file: OnnxFile, name: string, [rows = 1, columns = 1]: readonly number[]): Float32Array {
  const floats = file.floats(name);
  if (floats !== null) return isStoredTurned(name) ? turned(floats, rows, columns) : floats;
  const product = file.graph.node.find(({ opType, input }) => opType === 'MatMulNBits' && input[1]?.startsWith(name) === true);
  const [, packed, scales] = product?.input ?? [];
  if (packed === undefined || scales === undefined) throw new Error(`the file holds no ${name}`);
  return file.fourBits(packed, scales, columns);
}

/**
 * The model that an ONNX file holds, weights of 4 bits as what they stand for. It is read without the exporter's code: names,
 * bytes, and the nodes that use them. `spec` is that of the model that was exported.
 */
export async function onnxFileModel(path: string, spec: ModelSpec): Promise<PlainModel> {
  const file = await OnnxFile.open(path);
  const found: ModelSpec = { ...spec, layers: fusedLayers(file.graph, spec.layers) };
  return { spec: found, tensors: new Map([...neededTensors(found)].map(([name, shape]) => [name, weight(file, name, shape)])) };
}
