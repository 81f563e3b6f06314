import type { LazyBytes } from '../base/lazy-bytes.ts';
import { float16Bits } from './float16-bits.ts';
import { GraphStructureError, ShapeMismatchError } from './graph-errors.ts';

export type DataType = 'float32' | 'float16' | 'int32' | 'int64' | 'bool' | 'uint8';

/** A size, or the name of a size that is known only when the graph runs. Equal names are equal sizes. */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** An edge of the graph. Identity is the object, so two values never compare equal by name. */
export interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number };

export type Attributes = Readonly<Record<string, Attribute>>;

export const intAttribute = (value: number): Attribute => ({ kind: 'int', value });
export const intsAttribute = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const floatAttribute = (value: number): Attribute => ({ kind: 'float', value });

export interface Node {
  readonly op: string;
  /** `''` is the standard operator set. */
  readonly domain: string;
  /** `null` is an optional input left out. */
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface Initializer {
  readonly value: Value;
  /** Elements in row-major order, little-endian; those that are made while they are written only in files of `serializeLazily`. */
  readonly data: ArrayBufferView | LazyBytes;
}

/** What a node promises of an output. */
export interface OutputSpec {
  readonly type: DataType;
  readonly shape: Shape;
}

export interface NodeOptions {
  readonly domain?: string;
  readonly attributes?: Attributes;
}

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<DataType, number>> = {
  float32: 4,
  float16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  uint8: 1,
};

/** An ONNX graph under construction. Operators are functions over it, see `ops.ts`. */
export class Graph {
  readonly name: string;
  /** Version of the standard operator set; some operators take their axes differently before 18. */
  readonly opset: number;
  readonly inputs: Value[] = [];
  readonly initializers: Initializer[] = [];
  readonly nodes: Node[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  /** Values that are fed after all, by the name of the input that brings them. */
  readonly fed = new Map<Value, string>();
  readonly #producers = new Map<Value, Node>();
  readonly #constants = new Map<string, Value>();
  readonly #names = new Set<string>();
  #counter = 0;

  constructor(name: string, opset: number) {
    this.name = name;
    this.opset = opset;
  }

  /** A value that is fed at every run. */
  input(name: string, type: DataType, shape: Shape): Value {
    const value = { name: this.#claim(name), type, shape };
    this.inputs.push(value);
    return value;
  }

  /** A weight stored in the model. Throws {@link ShapeMismatchError} when the bytes do not fit the shape. */
  initializer(name: string, type: DataType, shape: readonly number[], data: ArrayBufferView | LazyBytes): Value {
    const bytes = shape.reduce((product, size) => product * size, ELEMENT_BYTES[type]);
    if (bytes !== data.byteLength) {
      throw new ShapeMismatchError(`Initializer ${name} ${type}[${shape.join(', ')}] needs ${bytes} bytes and was given ${data.byteLength}.`);
    }
    const value = { name: this.#claim(name), type, shape };
    this.initializers.push({ value, data });
    return value;
  }

  /** A constant of shape `[]`; equal constants are stored once. */
  scalar(value: number, type: DataType = 'float32'): Value {
    return this.#constant(type, [], [value]);
  }

  /** A constant of shape `[values.length]`; equal constants are stored once. */
  ints(values: readonly number[], type: 'int32' | 'int64' = 'int64'): Value {
    return this.#constant(type, [values.length], values);
  }

  /** Adds a node and returns its outputs. Nothing is checked: operators that check and infer shapes are in `ops.ts`. */
  node(op: string, inputs: readonly (Value | null)[], outputs: readonly OutputSpec[], options: NodeOptions = {}): Value[] {
    const values = outputs.map(({ type, shape }) => ({ name: this.#fresh(op), type, shape }));
    const node: Node = { op, domain: options.domain ?? '', inputs, outputs: values, attributes: options.attributes ?? {} };
    this.nodes.push(node);
    for (const value of values) this.#producers.set(value, node);
    return values;
  }

  /** Adds a node with one output. */
  single(op: string, inputs: readonly (Value | null)[], type: DataType, shape: Shape, options: NodeOptions = {}): Value {
    const [value] = this.node(op, inputs, [{ type, shape }], options);
    if (value === undefined) throw new GraphStructureError(`${op} has no output.`);
    return value;
  }

  /** Makes a value an output of the graph under this name. */
  output(name: string, value: Value): void {
    this.outputs.push({ name: this.#claim(name), value });
  }

  /** Feeds all nodes that read a computed value, at every run and under this name; what only computed it is left out. */
  feed(name: string, value: Value): void {
    this.input(name, value.type, value.shape);
    this.fed.set(value, name);
  }

  /** The node that computes a value; undefined for inputs, initializers and constants. */
  producer(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  /** A name for a size that follows from nothing named so far. */
  freshDim(): string {
    this.#counter += 1;
    return `dim_${this.#counter}`;
  }

  #constant(type: DataType, shape: readonly number[], values: readonly number[]): Value {
    const key = `${type}/${shape.join(',')}/${values.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join(',')}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const constant = this.initializer(this.#fresh('constant', false), type, shape, elements(type, values));
    this.#constants.set(key, constant);
    return constant;
  }

  #claim(name: string): string {
    if (this.#names.has(name)) throw new GraphStructureError(`The name ${name} stands twice in graph ${this.name}.`);
    this.#names.add(name);
    return name;
  }

  /** A new name; claimed at once unless the caller claims it. */
  #fresh(hint: string, claim = true): string {
    let name: string;
    do {
      this.#counter += 1;
      name = `${hint.toLowerCase()}_${this.#counter}`;
    } while (this.#names.has(name));
    return claim ? this.#claim(name) : name;
  }
}

function elements(type: DataType, values: readonly number[]): ArrayBufferView {
  switch (type) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int64':
      return BigInt64Array.from(values, (value) => BigInt(value));
    case 'bool':
    case 'uint8':
      return Uint8Array.from(values);
    case 'float16':
      return Uint16Array.from(values, float16Bits);
    default:
      return type satisfies never;
  }
}
