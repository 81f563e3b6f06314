import { neg, rotaryEmbedding } from '../../onnx/ops.ts';
import { gradientOf, inputOf } from '../rule.ts';
import type { Rule, RuleTable } from '../rule.ts';

/** A rotation is undone by the opposite angle. The tables are constants, so they get no gradient. */
const rotaryRule: Rule = (context) => {
  const { graph, node } = context;
  const cosines = inputOf(node, 1);
  const sines = inputOf(node, 2);
  return [() => rotaryEmbedding(graph, gradientOf(context), cosines, neg(graph, sines)), null, null];
};

export const rotaryRules: RuleTable = { RotaryEmbedding: rotaryRule };
