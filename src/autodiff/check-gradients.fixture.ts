import { expect } from 'vitest';
import { randomFor } from '../base/random.ts';
import { Graph } from '../onnx/graph.ts';
import type { Shape, Value } from '../onnx/graph.ts';
import { serialize } from '../onnx/serialize.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Program, Runtime, Tensor } from '../runtime/runtime.ts';
import { gradients } from './gradients.ts';

export interface GradientCase {
  /** Shapes of the inputs; all are float32 and all are differentiated. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Sizes that the names in `shapes` stand for. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Values of inputs are drawn from here; default -1 to 1. */
  readonly range?: readonly [number, number];
  /** Builds the outputs from the inputs, in the order of `shapes`. */
  readonly build: (graph: Graph, ...inputs: Value[]) => readonly Value[];
}

/** Step of the central difference: large enough for float32, small enough for curvature. */
const STEP = 5e-3;
/** Largest error, relative to the largest gradient of the input. */
const TOLERANCE = 4e-3;

type Sizes = Readonly<Record<string, number>>;

const resolve = (shape: Shape, sizes: Sizes): number[] => shape.map((dim) => (typeof dim === 'number' ? dim : (sizes[dim] ?? Number.NaN)));
const count = (shape: Shape, sizes: Sizes): number => resolve(shape, sizes).reduce((product, dim) => product * dim, 1);

/**
 * Compares every gradient element of `sum <output, seed>`, seeds random, with its central difference on the runtime.
 * The sum over outputs is taken in double precision.
 */
export async function checkGradients(runtime: Runtime, { shapes, sizes = {}, range = [-1, 1], build }: GradientCase): Promise<void> {
  const graph = new Graph('case', 23);
  const inputs = Object.entries(shapes).map(([name, shape]) => graph.input(name, 'float32', shape));
  const outputs = build(graph, ...inputs);
  outputs.forEach((value, index) => graph.output(`y${index}`, value));
  const seeds = new Map(outputs.map((value, index) => [value, graph.input(`seed${index}`, 'float32', value.shape)]));
  const found = gradients(graph, seeds, inputs);
  for (const input of inputs) {
    const gradient = found.get(input);
    expect(gradient, `gradient of ${input.name}`).toBeDefined();
    if (gradient) graph.output(`grad.${input.name}`, gradient);
  }
  const program = await runtime.compile('case', serialize(graph, { irVersion: 10 }));
  try {
    await compare(runtime, program, graph, sizes, randomFeeds(graph, sizes, range));
  } finally {
    await program.release();
  }
}

function randomFeeds(graph: Graph, sizes: Sizes, [low, high]: readonly [number, number]): Record<string, Float32Array> {
  const feeds: Record<string, Float32Array> = {};
  for (const { name, shape } of graph.inputs) {
    const random = randomFor(1, name);
    feeds[name] = Float32Array.from({ length: count(shape, sizes) }, () =>
      name.startsWith('seed') ? random.unit() * 2 - 1 : low + random.unit() * (high - low),
    );
  }
  return feeds;
}

async function compare(runtime: Runtime, program: Program, graph: Graph, sizes: Sizes, feeds: Record<string, Float32Array>): Promise<void> {
  const run = async (): Promise<Record<string, Float32Array>> => {
    const tensors: Record<string, Tensor> = {};
    for (const { name, shape } of graph.inputs) tensors[name] = runtime.upload((feeds[name] ?? new Float32Array()).slice(), resolve(shape, sizes));
    const outputs = await runtime.run(program, tensors);
    const arrays: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(outputs)) arrays[name] = await readFloats(runtime, tensor);
    for (const tensor of [...Object.values(tensors), ...Object.values(outputs)]) tensor.dispose();
    return arrays;
  };
  const objective = async (): Promise<number> => {
    const outputs = await run();
    return Object.entries(outputs)
      .filter(([name]) => name.startsWith('y'))
      .reduce((sum, [name, values]) => sum + dot(values, feeds[name.replace('y', 'seed')] ?? new Float32Array()), 0);
  };
  const analytic = await run();
  for (const input of graph.inputs.filter(({ name }) => !name.startsWith('seed'))) {
    const values = feeds[input.name] ?? new Float32Array();
    const gradient = analytic[`grad.${input.name}`] ?? new Float32Array();
    expect(gradient.length).toBe(values.length);
    const scale = Math.max(...gradient.map(Math.abs), 0.1);
    for (const [index, value] of [...values].entries()) {
      values[index] = value + STEP;
      const above = await objective();
      values[index] = value - STEP;
      const below = await objective();
      const width = Math.fround(value + STEP) - Math.fround(value - STEP);
      values[index] = value;
      const error = Math.abs((above - below) / width - (gradient[index] ?? Number.NaN));
      expect(error / scale, `${input.name}[${index}]`).toBeLessThan(TOLERANCE);
    }
  }
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
