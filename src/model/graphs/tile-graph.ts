import { gradients } from '../../autodiff/gradients.ts';
import { Graph } from '../../onnx/graph.ts';
import type { Value } from '../../onnx/graph.ts';
import {
  argMax,
  concat,
  equal,
  exp,
  gatherElements,
  gemm,
  mul,
  reduceMax,
  reduceSum,
  simplifiedLayerNormalization,
  slice,
  softmax,
  sub,
  unsqueeze,
  where,
} from '../../onnx/ops.ts';
import type { ModelSpec } from '../spec.ts';
import { OPSET } from './graph-options.ts';
import { outputGradient } from './module-program.ts';

/**
 * Programs of a head that is parted over its vocabulary: each sees the logits `z = normed tile^T [rows, words]` of one
 * tile. What concerns the whole vocabulary is put together on the host from small results of each tile.
 */

const column = { axes: [1], keepDims: true }; // [rows, 1], as it broadcasts

/** `head.norm`: the final norm of the tokens from `start` to before `end` (int64 `[1]`), to `normed [rows, hidden]`. */
export function normGraph(spec: ModelSpec): Graph {
  const graph = new Graph('head.norm', OPSET);
  const hidden = graph.input('hidden', 'float32', ['tokens', spec.hidden]);
  const norm = graph.input('norm', 'float32', [spec.hidden]);
  const start = graph.input('start', 'int64', [1]);
  const end = graph.input('end', 'int64', [1]);
  const rows = slice(graph, hidden, { axis: 0, start, end, dim: 'rows' });
  graph.output('normed', simplifiedLayerNormalization(graph, rows, norm, spec.rmsEpsilon));
  return graph;
}

/** `head.norm-backward`: from `dnormed [tokens, hidden]` to `dx` and `grad.norm`. */
export function normBackwardGraph(spec: ModelSpec): Graph {
  const graph = new Graph('head.norm-backward', OPSET);
  const hidden = graph.input('hidden', 'float32', ['tokens', spec.hidden]);
  const norm = graph.input('norm', 'float32', [spec.hidden]);
  const dNormed = graph.input('dnormed', 'float32', ['tokens', spec.hidden]);
  const normed = simplifiedLayerNormalization(graph, hidden, norm, spec.rmsEpsilon);
  const found = gradients(graph, new Map([[normed, dNormed]]), [hidden, norm]);
  outputGradient(graph, 'dx', found.get(hidden));
  outputGradient(graph, 'grad.norm', found.get(norm));
  return graph;
}

interface TileLogits {
  readonly normed: Value;
  readonly tile: Value;
  /** `[rows, words]` */
  readonly logits: Value;
}

function tileLogits(graph: Graph, { hidden }: ModelSpec): TileLogits {
  const normed = graph.input('normed', 'float32', ['rows', hidden]);
  const tile = graph.input('tile', 'float32', ['words', hidden]);
  return { normed, tile, logits: gemm(graph, normed, tile, { transB: true }) };
}

/** `tile.logits`: to `logits [rows, words]`. */
export function tileLogitsGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.logits', OPSET);
  graph.output('logits', tileLogits(graph, spec).logits);
  return graph;
}

/** Greatest logit, and greatest probability within the tile, which is 1 / sum exp(z - max): what `LogSumExp` adds up. */
function totals(graph: Graph, logits: Value): Value[] {
  return [reduceMax(graph, logits, column), reduceMax(graph, softmax(graph, logits), column)];
}

/** Logit of a row's target by its place in the tile; fed as any place where the target is in another tile. */
function chosen(graph: Graph, logits: Value): Value {
  return gatherElements(graph, logits, unsqueeze(graph, graph.input('places', 'int32', ['rows']), [1]), 1);
}

/** The teacher's probabilities of the tile's words, and sum p z. */
function teacherProduct(graph: Graph, logits: Value): { teacher: Value; product: Value } {
  const teacher = graph.input('probabilities', 'float32', ['rows', 'words']);
  return { teacher, product: reduceSum(graph, mul(graph, teacher, logits), column) };
}

/** Results of a row side by side, `stats [rows, values]`, so that they are read back at once. */
const outputStats = (graph: Graph, values: readonly Value[]): void => graph.output('stats', concat(graph, values, 1));

/** `tile.total`: `stats [rows, 2]`: max, greatest. */
export function tileTotalGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.total', OPSET);
  outputStats(graph, totals(graph, tileLogits(graph, spec).logits));
  return graph;
}

/** `tile.targets`: `stats [rows, 3]`: max, greatest, the target's logit. */
export function tileTargetsGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.targets', OPSET);
  const { logits } = tileLogits(graph, spec);
  outputStats(graph, [...totals(graph, logits), chosen(graph, logits)]);
  return graph;
}

/** `tile.kl`: `stats [rows, 3]`: max, greatest, sum p z. */
export function tileKlGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.kl', OPSET);
  const { logits } = tileLogits(graph, spec);
  outputStats(graph, [...totals(graph, logits), teacherProduct(graph, logits).product]);
  return graph;
}

/** `tile.measure`: `stats [rows, 5]`: max, greatest, sum p z, the target's logit, greatest p; and `top`, `teacherTop` (int64 `[rows]`, places in the tile). */
export function tileMeasureGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.measure', OPSET);
  const { logits } = tileLogits(graph, spec);
  const { teacher, product } = teacherProduct(graph, logits);
  outputStats(graph, [...totals(graph, logits), product, chosen(graph, logits), reduceMax(graph, teacher, column)]);
  graph.output('top', argMax(graph, logits, 1));
  graph.output('teacherTop', argMax(graph, teacher, 1));
  return graph;
}

/**
 * `scale exp(z - max) [rows, words]`, both fed `[rows, 1]`: with the greatest logit over all tiles and
 * `scale = weight exp(max - logsumexp)` it is `weight p` of the whole vocabulary.
 */
function scaledProbabilities(graph: Graph, logits: Value): { shifted: Value; scaled: Value } {
  const max = graph.input('max', 'float32', ['rows', 1]);
  const scale = graph.input('scale', 'float32', ['rows', 1]);
  const shifted = sub(graph, logits, max);
  return { shifted, scaled: mul(graph, exp(graph, shifted), scale) };
}

/** `tile.teacher`: `probabilities [rows, words]` of the whole vocabulary's distribution, and `product [rows, 1]` = sum p (z - max). */
export function tileTeacherGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.teacher', OPSET);
  const { shifted, scaled } = scaledProbabilities(graph, tileLogits(graph, spec).logits);
  graph.output('probabilities', scaled);
  graph.output('product', reduceSum(graph, mul(graph, scaled, shifted), column));
  return graph;
}

/**
 * `tile.loss`: gradients of sum weight * cross-entropy, whose slope at the logits is `weight (p - [word is the target])`:
 * `dnormed [rows, hidden]`, this tile's share of it, and `grad.tile [words, hidden]` unless the head stays as it is.
 * Fed: `max`, `scale` as above, `weights [rows, 1]`, `targets [rows, 1]` and `columns [words]`, the tile's ids (int32).
 */
export function tileLossGraph(spec: ModelSpec, { embeddings }: { readonly embeddings: boolean }): Graph {
  const graph = new Graph('tile.loss', OPSET);
  const { normed, tile, logits } = tileLogits(graph, spec);
  const { scaled } = scaledProbabilities(graph, logits);
  const targets = graph.input('targets', 'int32', ['rows', 1]);
  const columns = graph.input('columns', 'int32', ['words']);
  const weights = graph.input('weights', 'float32', ['rows', 1]);
  const slope = sub(graph, scaled, where(graph, equal(graph, targets, columns), weights, graph.scalar(0)));
  const found = gradients(graph, new Map([[logits, slope]]), embeddings ? [normed, tile] : [normed]);
  outputGradient(graph, 'dnormed', found.get(normed));
  if (embeddings) outputGradient(graph, 'grad.tile', found.get(tile));
  return graph;
}
