import { gradients } from '../../autodiff/gradients.ts';
import { Graph } from '../../onnx/graph.ts';
import type { Value } from '../../onnx/graph.ts';
import {
  add,
  argMax,
  concat,
  div,
  equal,
  exp,
  gatherElements,
  gemm,
  greater,
  log,
  mul,
  reduceMax,
  reduceSum,
  simplifiedLayerNormalization,
  slice,
  softmax,
  squeeze,
  sub,
  unsqueeze,
  where,
} from '../../onnx/ops.ts';
import type { ModelSpec } from '../spec.ts';
import { OPSET } from './graph-options.ts';
import { outputGradient } from './module-program.ts';

/**
 * Programs of a head that is parted over its vocabulary: each sees the logits `z = normed tile^T [rows, words]` of one
 * tile. What concerns the whole vocabulary goes on from tile to tile as a few values a row, which stay on the device.
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

/** Greatest logit, and greatest probability within the tile, which is 1 / sum exp(z - max). */
function totals(graph: Graph, logits: Value): { readonly max: Value; readonly greatest: Value } {
  return { max: reduceMax(graph, logits, column), greatest: reduceMax(graph, softmax(graph, logits), column) };
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

/** A value a row, fed. */
const rowInput = (graph: Graph, name: string): Value => graph.input(name, 'float32', ['rows', 1]);

/**
 * The greatest logit `max` and `sum` = sum exp(z - max), `[rows, 1]`, of the tiles before and of this one (the online softmax
 * of Milakov & Gimelshein, arXiv 1805.02867), as `next.max` and `next.sum`. No exponential overflows. A NaN stays in the sum.
 */
function addTotals(graph: Graph, logits: Value): void {
  const [before, sum] = [rowInput(graph, 'max'), rowInput(graph, 'sum')];
  const { max, greatest } = totals(graph, logits);
  const most = where(graph, greater(graph, before, max), before, max);
  const kept = mul(graph, sum, exp(graph, sub(graph, before, most)));
  graph.output('next.max', most);
  graph.output('next.sum', add(graph, kept, div(graph, exp(graph, sub(graph, max, most)), greatest)));
}

/** `max + log sum`, fed: log sum exp of all tiles `[rows, 1]`. */
const logSumExp = (graph: Graph): Value => add(graph, rowInput(graph, 'max'), log(graph, rowInput(graph, 'sum')));

/** `tile.total`: `next.max` and `next.sum`, with this tile. */
export function tileTotalGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.total', OPSET);
  addTotals(graph, tileLogits(graph, spec).logits);
  return graph;
}

/** `tile.targets`: as `tile.total`, and `next.chosen [rows, 1]`, the target's logit once its tile was seen; `here` is 1 where it is this one, else 0. */
export function tileTargetsGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.targets', OPSET);
  const { logits } = tileLogits(graph, spec);
  addTotals(graph, logits);
  const found = mul(graph, chosen(graph, logits), rowInput(graph, 'here'));
  graph.output('next.chosen', add(graph, rowInput(graph, 'chosen'), found));
  return graph;
}

/** `tile.nll`: `nll [rows, 1]` = weight (logsumexp - the target's logit). */
export function tileNllGraph(): Graph {
  const graph = new Graph('tile.nll', OPSET);
  const loss = sub(graph, logSumExp(graph), rowInput(graph, 'chosen'));
  graph.output('nll', mul(graph, rowInput(graph, 'weights'), loss));
  return graph;
}

/** `tile.kl`: as `tile.total`, and `next.product [rows, 1]`, sum p z so far. */
export function tileKlGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.kl', OPSET);
  const { logits } = tileLogits(graph, spec);
  addTotals(graph, logits);
  graph.output('next.product', add(graph, rowInput(graph, 'product'), teacherProduct(graph, logits).product));
  return graph;
}

/** `tile.divergence`: `kl [rows, 1]` = sum p log p + logsumexp(z) - sum p z. */
export function tileDivergenceGraph(): Graph {
  const graph = new Graph('tile.divergence', OPSET);
  const negEntropy = unsqueeze(graph, graph.input('negEntropy', 'float32', ['rows']), [1]);
  graph.output('kl', sub(graph, add(graph, negEntropy, logSumExp(graph)), rowInput(graph, 'product')));
  return graph;
}

/** Results of a row side by side, `stats [rows, values]`, so that they are read back at once. */
const outputStats = (graph: Graph, values: readonly Value[]): void => graph.output('stats', concat(graph, values, 1));

/** `tile.measure`: `stats [rows, 5]`: max, greatest, sum p z, the target's logit, greatest p; and `top`, `teacherTop` (int64 `[rows]`, places in the tile). */
export function tileMeasureGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.measure', OPSET);
  const { logits } = tileLogits(graph, spec);
  const { teacher, product } = teacherProduct(graph, logits);
  const { max, greatest } = totals(graph, logits);
  outputStats(graph, [max, greatest, product, chosen(graph, logits), reduceMax(graph, teacher, column)]);
  graph.output('top', argMax(graph, logits, 1));
  graph.output('teacherTop', argMax(graph, teacher, 1));
  return graph;
}

/** Probabilities over the whole vocabulary of the tile's words, from `max` and `sum` of all tiles, and `z - max`: `[rows, words]`. */
function probabilitiesOf(graph: Graph, logits: Value): { readonly shifted: Value; readonly probabilities: Value } {
  const [max, sum] = [rowInput(graph, 'max'), rowInput(graph, 'sum')];
  const shifted = sub(graph, logits, max);
  return { shifted, probabilities: div(graph, exp(graph, shifted), sum) };
}

/** `tile.teacher`: `probabilities [rows, words]` of the whole vocabulary's distribution, and `product [rows, 1]` = sum p (z - max). */
export function tileTeacherGraph(spec: ModelSpec): Graph {
  const graph = new Graph('tile.teacher', OPSET);
  const { shifted, probabilities } = probabilitiesOf(graph, tileLogits(graph, spec).logits);
  graph.output('probabilities', probabilities);
  graph.output('product', reduceSum(graph, mul(graph, probabilities, shifted), column));
  return graph;
}

/** `tile.entropy`: `negEntropy [rows]` = sum p log p = sum p (z - max) - log sum, from `product` of all tiles. */
export function tileEntropyGraph(): Graph {
  const graph = new Graph('tile.entropy', OPSET);
  const entropy = sub(graph, rowInput(graph, 'product'), log(graph, rowInput(graph, 'sum')));
  graph.output('negEntropy', squeeze(graph, entropy, [1]));
  return graph;
}

/**
 * `tile.loss`: gradients of sum weight * cross-entropy, whose slope at the logits is `weight (p - [word is the target])`:
 * `dnormed [rows, hidden]`, this tile's share of it, and `grad.tile [words, hidden]` unless the head stays as it is.
 * Fed: `max`, `sum` of all tiles, `weights [rows, 1]`, `targets [rows, 1]` and `columns [words]`, the tile's ids (int32).
 */
export function tileLossGraph(spec: ModelSpec, { embeddings }: { readonly embeddings: boolean }): Graph {
  const graph = new Graph('tile.loss', OPSET);
  const { normed, tile, logits } = tileLogits(graph, spec);
  const { probabilities } = probabilitiesOf(graph, logits);
  const targets = graph.input('targets', 'int32', ['rows', 1]);
  const columns = graph.input('columns', 'int32', ['words']);
  const weights = rowInput(graph, 'weights');
  const slope = sub(graph, mul(graph, probabilities, weights), where(graph, equal(graph, targets, columns), weights, graph.scalar(0)));
  const found = gradients(graph, new Map([[logits, slope]]), embeddings ? [normed, tile] : [normed]);
  outputGradient(graph, 'dnormed', found.get(normed));
  if (embeddings) outputGradient(graph, 'grad.tile', found.get(tile));
  return graph;
}
