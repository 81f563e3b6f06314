import type { Attribute, Graph, Node, Value } from '../onnx/graph.ts';
import { NoGradientRuleError } from './autodiff-errors.ts';

export interface RuleContext {
  /** Where the backward nodes go: the graph of the forward ones. */
  readonly graph: Graph;
  readonly node: Node;
  /** Gradient of each output; null where nothing depends on it. */
  readonly outputGradients: readonly (Value | null)[];
}

/** Builds the gradient of one input; called only if it is wanted. */
export type Pullback = () => Value;

/** For each input of a node how its gradient is made, or null where there is none (indices, sizes). */
export type Rule = (context: RuleContext) => readonly (Pullback | null)[];

/** Rules by operator name. */
export type RuleTable = Readonly<Record<string, Rule>>;

/** Input `index`, which the operator requires. */
export function inputOf(node: Node, index: number): Value {
  const value = node.inputs[index];
  if (!value) throw new NoGradientRuleError(`${node.op} has no input ${index}.`);
  return value;
}

/** The operands of a binary operator. */
export const operands = (node: Node): readonly [Value, Value] => [inputOf(node, 0), inputOf(node, 1)];

/** The first output. */
export function outputOf(node: Node): Value {
  const [value] = node.outputs;
  if (!value) throw new NoGradientRuleError(`${node.op} has no output.`);
  return value;
}

/** Gradient of the only output. A rule runs only when there is one. */
export function gradientOf({ node, outputGradients }: RuleContext): Value {
  const [gradient] = outputGradients;
  if (!gradient) throw new NoGradientRuleError(`Nothing depends on the first output of ${node.op}.`);
  return gradient;
}

/** An integer attribute, or its default. */
export function intOf(node: Node, name: string, fallback: number): number {
  const attribute: Attribute | undefined = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

/** A list attribute. Throws {@link NoGradientRuleError} when it is missing. */
export function intsOf(node: Node, name: string): readonly number[] {
  const attribute: Attribute | undefined = node.attributes[name];
  if (attribute?.kind !== 'ints') throw new NoGradientRuleError(`${node.op} without ${name} has no gradient.`);
  return attribute.value;
}

/** A number attribute. Throws {@link NoGradientRuleError} when it is missing. */
export function floatOf(node: Node, name: string): number {
  const attribute: Attribute | undefined = node.attributes[name];
  if (attribute?.kind !== 'float') throw new NoGradientRuleError(`${node.op} without ${name} has no gradient.`);
  return attribute.value;
}

/** The whole numbers of a constant input. Throws {@link NoGradientRuleError} for anything computed or fed. */
export function constantInts(graph: Graph, value: Value): number[] {
  const data = graph.initializers.find((initializer) => initializer.value === value)?.data;
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  if (data instanceof Int32Array) return Array.from(data);
  throw new NoGradientRuleError(`${value.name} has to be a constant for a gradient to be built.`);
}
