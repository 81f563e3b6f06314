import type { Graph, Value } from '../../onnx/graph.ts';
import { cast, cos, div, mul, neg, reciprocal, sin, sub, where } from '../../onnx/ops.ts';
import { gradientOf, inputOf, operands, outputOf } from '../rule.ts';
import type { Rule, RuleContext, RuleTable } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

type Derivative = (graph: Graph, gradient: Value, input: Value, output: Value) => Value;

const unary =
  (derivative: Derivative): Rule =>
  (context) => [() => derivative(context.graph, gradientOf(context), inputOf(context.node, 0), outputOf(context.node))];

type Partials = (graph: Graph, gradient: Value, a: Value, b: Value) => readonly [() => Value, () => Value];

/** Partial derivatives of a broadcasting operator, before the sum over broadcast axes. */
const binary =
  (partials: Partials): Rule =>
  (context) => {
    const { graph } = context;
    const [a, b] = operands(context.node);
    const [first, second] = partials(graph, gradientOf(context), a, b);
    return [() => unbroadcast(graph, first(), a.shape), () => unbroadcast(graph, second(), b.shape)];
  };

/** s (1 - s) for the sigmoid s. */
const sigmoidSlope = (graph: Graph, output: Value): Value => mul(graph, output, sub(graph, graph.scalar(1, output.type), output));

function whereRule(context: RuleContext) {
  const { graph, node } = context;
  const condition = inputOf(node, 0);
  const [a, b] = [inputOf(node, 1), inputOf(node, 2)];
  const gradient = gradientOf(context);
  const zero = graph.scalar(0, gradient.type);
  return [
    null,
    () => unbroadcast(graph, where(graph, condition, gradient, zero), a.shape),
    () => unbroadcast(graph, where(graph, condition, zero, gradient), b.shape),
  ];
}

export const elementwiseRules: RuleTable = {
  Identity: unary((_, gradient) => gradient),
  Neg: unary((graph, gradient) => neg(graph, gradient)),
  Exp: unary((graph, gradient, _, output) => mul(graph, gradient, output)),
  Log: unary((graph, gradient, input) => div(graph, gradient, input)),
  Sqrt: unary((graph, gradient, _, output) => div(graph, mul(graph, gradient, graph.scalar(0.5, gradient.type)), output)),
  Reciprocal: unary((graph, gradient, _, output) => neg(graph, mul(graph, gradient, mul(graph, output, output)))),
  Sigmoid: unary((graph, gradient, _, output) => mul(graph, gradient, sigmoidSlope(graph, output))),
  Cos: unary((graph, gradient, input) => neg(graph, mul(graph, gradient, sin(graph, input)))),
  Sin: unary((graph, gradient, input) => mul(graph, gradient, cos(graph, input))),
  Cast: unary((graph, gradient, input) => cast(graph, gradient, input.type)),
  Add: binary((_, gradient) => [() => gradient, () => gradient]),
  Sub: binary((graph, gradient) => [() => gradient, () => neg(graph, gradient)]),
  Mul: binary((graph, gradient, a, b) => [() => mul(graph, gradient, b), () => mul(graph, gradient, a)]),
  Div: binary((graph, gradient, a, b) => [
    () => div(graph, gradient, b),
    () => neg(graph, mul(graph, gradient, div(graph, mul(graph, a, reciprocal(graph, b)), b))),
  ]),
  Where: whereRule,
};

