import type { Graph, Node, Value } from '../onnx/graph.ts';
import { add } from '../onnx/ops.ts';
import { ShapeMismatchError } from '../onnx/graph-errors.ts';
import { formatShape } from '../onnx/shapes.ts';
import { NoGradientRuleError } from './autodiff-errors.ts';
import type { RuleTable } from './rule.ts';
import { elementwiseRules } from './rules/elementwise.ts';
import { indexingRules } from './rules/indexing.ts';
import { layoutRules } from './rules/layout.ts';
import { linearRules } from './rules/linear.ts';
import { normalizationRules } from './rules/normalization.ts';
import { reductionRules } from './rules/reduction.ts';
import { rotaryRules } from './rules/rotary.ts';

const RULES: RuleTable = {
  ...elementwiseRules,
  ...indexingRules,
  ...layoutRules,
  ...linearRules,
  ...normalizationRules,
  ...reductionRules,
  ...rotaryRules,
};

/** Every operator that a gradient can pass through. */
export const differentiableOps: readonly string[] = Object.keys(RULES);

/**
 * Reverse-mode differentiation: adds to `graph` the nodes that compute, for each value of `wrt`, the gradient of
 * `sum over outputs of <output, seed>`. A value that no seeded output depends on has no entry in the result.
 * `seeds` maps outputs to the gradients that arrive there, of the same shape.
 * Throws {@link NoGradientRuleError} where the way from a seed to a wanted value leads through an operator without a rule.
 */
export function gradients(graph: Graph, seeds: ReadonlyMap<Value, Value>, wrt: readonly Value[]): Map<Value, Value> {
  const nodes = [...graph.nodes]; // in order of creation, so inputs come before their users
  const dependent = dependents(nodes, wrt);
  const found = new Map<Value, Value>();
  const accumulate = (value: Value, gradient: Value): void => {
    if (formatShape(value.shape) !== formatShape(gradient.shape)) {
      throw new ShapeMismatchError(`Gradient ${formatShape(gradient.shape)} of ${value.name} ${formatShape(value.shape)}.`);
    }
    const known = found.get(value);
    found.set(value, known ? add(graph, known, gradient) : gradient);
  };
  for (const [output, seed] of seeds) accumulate(output, seed);
  for (const node of nodes.reverse()) pullBack(graph, node, dependent, found, accumulate);
  return new Map(wrt.flatMap((value) => entry(value, found.get(value))));
}

const entry = (value: Value, gradient: Value | undefined): [Value, Value][] => (gradient ? [[value, gradient]] : []);

/** `wrt` and all that is computed from it and has a slope: comparisons and indices have none. */
function dependents(nodes: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const dependent = new Set(wrt);
  for (const node of nodes) {
    if (!node.inputs.some((input) => input && dependent.has(input))) continue;
    for (const output of node.outputs) if (output.type === 'float32' || output.type === 'float16') dependent.add(output);
  }
  return dependent;
}

function pullBack(
  graph: Graph,
  node: Node,
  dependent: ReadonlySet<Value>,
  found: ReadonlyMap<Value, Value>,
  accumulate: (value: Value, gradient: Value) => void,
): void {
  const outputGradients = node.outputs.map((output) => found.get(output) ?? null);
  const wanted = node.inputs.map((input) => input !== null && dependent.has(input));
  if (!wanted.includes(true) || outputGradients.every((gradient) => gradient === null)) return;
  const rule = RULES[node.op];
  if (!rule) throw new NoGradientRuleError(`Operator ${node.op} has no gradient rule.`);
  rule({ graph, node, outputGradients }).forEach((pullback, index) => {
    const input = node.inputs[index];
    if (input && wanted[index] && pullback) accumulate(input, pullback());
  });
}
