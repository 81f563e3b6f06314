import { ShapeMismatchError } from '../graph-errors.ts';
import type { Graph, Value } from '../graph.ts';
import { dimAt, formatShape, sameType } from '../shapes.ts';

/** The version of the standard operator set that brought RotaryEmbedding. */
const ROTARY_OPSET = 23;

/**
 * Rotary position embedding, half-split: `(a, b)` becomes `(a cos - b sin, b cos + a sin)` (Su et al., arXiv 2104.09864).
 * x `[sequences, heads, length, head_dim]`; cos and sin `[sequences or 1, length, head_dim / 2]`. Needs opset 23.
 */
export function rotaryEmbedding(graph: Graph, x: Value, cosines: Value, sines: Value): Value {
  sameType('RotaryEmbedding', x, cosines, sines);
  const half = dimAt(x.shape, -1);
  if (graph.opset < ROTARY_OPSET) throw new ShapeMismatchError(`RotaryEmbedding needs opset ${ROTARY_OPSET}, not ${graph.opset}.`);
  if (x.shape.length !== 4 || typeof half !== 'number' || dimAt(cosines.shape, -1) !== half / 2) {
    throw new ShapeMismatchError(`RotaryEmbedding cannot turn ${formatShape(x.shape)} by ${formatShape(cosines.shape)}.`);
  }
  return graph.single('RotaryEmbedding', [x, cosines, sines], x.type, x.shape);
}
