import { gradients } from '../../autodiff/gradients.ts';
import { Graph } from '../../onnx/graph.ts';
import type { Value } from '../../onnx/graph.ts';
import { gemm } from '../../onnx/ops.ts';
import { GraphStructureError } from '../../onnx/graph-errors.ts';
import type { ModelSpec, ModuleKind } from '../spec.ts';
import { attentionGraph, type AttentionOptions } from './attention-graph.ts';
import { OPSET } from './graph-options.ts';
import { mlpGraph } from './mlp-graph.ts';
import type { ModuleGraph } from './module-graph.ts';

export type ModuleProgram = 'forward' | 'calibrate' | 'record' | 'backward';

function addModule(graph: Graph, spec: ModelSpec, kind: ModuleKind, options: AttentionOptions): ModuleGraph {
  return kind === 'attention' ? attentionGraph(graph, spec, options) : mlpGraph(graph, spec);
}

/**
 * `forward`: x to y. `calibrate`: also `gram [columns, columns]`, X^T X of the output projection's inputs.
 * `record`: also `kept.` + name of every product, which `backward` is fed: x, dy and these to dx and `grad.` + name of every
 * tensor. It computes again what lies between the products.
 */
export function moduleProgramGraph(spec: ModelSpec, kind: ModuleKind, program: ModuleProgram, options: AttentionOptions = {}): Graph {
  const graph = new Graph(`${kind}.${program}`, OPSET);
  const module = addModule(graph, spec, kind, options);
  if (program === 'backward') {
    addBackward(graph, module);
    return graph;
  }
  graph.output('y', module.output);
  if (program === 'record') for (const [name, value] of Object.entries(module.products)) graph.output(`kept.${name}`, value);
  if (program === 'calibrate') graph.output('gram', gemm(graph, module.projected, module.projected, { transA: true }));
  return graph;
}

function addBackward(graph: Graph, { x, tensors, products, output }: ModuleGraph): void {
  const dy = graph.input('dy', 'float32', output.shape);
  const found = gradients(graph, new Map([[output, dy]]), [x, ...tensors.values()]);
  for (const [name, value] of Object.entries(products)) graph.feed(`kept.${name}`, value);
  outputGradient(graph, 'dx', found.get(x));
  for (const [name, tensor] of tensors) outputGradient(graph, `grad.${name}`, found.get(tensor));
}

/** Makes a gradient an output. Throws {@link GraphStructureError} if nothing depends on its tensor. */
export function outputGradient(graph: Graph, name: string, gradient: Value | undefined): void {
  if (!gradient) throw new GraphStructureError(`Nothing depends on what ${name} is the gradient of.`);
  graph.output(name, gradient);
}

/** Attention with a cache: x, and where there is a `past` its keys and values, to y and the `keys` and `values` of all positions so far. */
export function cachedAttentionGraph(spec: ModelSpec, options: AttentionOptions): Graph {
  const graph = new Graph(`attention.${options.past === true ? 'next' : 'first'}`, OPSET);
  const { output, keys, values } = attentionGraph(graph, spec, options);
  graph.output('y', output);
  graph.output('keys', keys);
  graph.output('values', values);
  return graph;
}
