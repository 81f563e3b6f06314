import type { Graph, Value } from '../graph.ts';
import { floatAttribute, intAttribute } from '../graph.ts';
import { dimAt, sameDim, sameType } from '../shapes.ts';

/**
 * Root mean square norm over the last axis (Zhang & Sennrich, arXiv 1910.07467): `x / sqrt(mean(x^2) + epsilon) * scale`, scale `[d]`.
 * onnxruntime's operator of the standard domain, which its WASM and WebGPU back ends both have.
 */
export function simplifiedLayerNormalization(graph: Graph, x: Value, scale: Value, epsilon: number): Value {
  sameType('SimplifiedLayerNormalization', x, scale);
  sameDim('SimplifiedLayerNormalization', dimAt(x.shape, -1), dimAt(scale.shape, 0));
  const attributes = { axis: intAttribute(-1), epsilon: floatAttribute(epsilon), stash_type: intAttribute(1) };
  return graph.single('SimplifiedLayerNormalization', [x, scale], x.type, x.shape, { attributes });
}
