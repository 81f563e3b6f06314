import { gradients } from '../../autodiff/gradients.ts';
import { Graph } from '../../onnx/graph.ts';
import type { Value } from '../../onnx/graph.ts';
import {
  add,
  argMax,
  equal,
  gather,
  gatherElements,
  gemm,
  log,
  mul,
  range,
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

interface Head {
  readonly hidden: Value;
  readonly norm: Value;
  readonly head: Value;
}

/** Programs of a head that is one tile; those of a parted one are in `tile-graph.ts`. */

const perToken = { axes: [1], keepDims: false };

function headInputs(graph: Graph, { hidden, vocabulary }: ModelSpec): Head {
  return {
    hidden: graph.input('hidden', 'float32', ['tokens', hidden]),
    norm: graph.input('norm', 'float32', [hidden]),
    head: graph.input('head', 'float32', [vocabulary, hidden]),
  };
}

function logitsOf(graph: Graph, spec: ModelSpec, { norm, head }: Head, hidden: Value): Value {
  return gemm(graph, simplifiedLayerNormalization(graph, hidden, norm, spec.rmsEpsilon), head, { transB: true });
}

/** Logits `[rows, vocabulary]` of the tokens from `start` to before `end`, both fed (int64 `[1]`). */
function chunkLogits(graph: Graph, spec: ModelSpec): Value {
  const inputs = headInputs(graph, spec);
  const start = graph.input('start', 'int64', [1]);
  const end = graph.input('end', 'int64', [1]);
  return logitsOf(graph, spec, inputs, slice(graph, inputs.hidden, { axis: 0, start, end, dim: 'rows' }));
}

interface Distribution {
  readonly probabilities: Value;
  /** log sum exp of the logits `[rows]`. */
  readonly logSum: Value;
}

/**
 * Softmax and log sum exp together. The greatest probability is exp(max) / sum exp, so `logsumexp = max - log(greatest)`:
 * two cheap maxima in place of a second pass of exponentials (measured at half the time of ReduceLogSumExp).
 */
function distribution(graph: Graph, logits: Value): Distribution {
  const probabilities = softmax(graph, logits);
  const greatest = log(graph, reduceMax(graph, probabilities, perToken));
  return { probabilities, logSum: sub(graph, reduceMax(graph, logits, perToken), greatest) };
}

/** Rows of two matrices multiplied: `[rows, n]`, `[rows, n]` to `[rows]`. */
const rowDot = (graph: Graph, a: Value, b: Value): Value => reduceSum(graph, mul(graph, a, b), perToken);

/** `embed`: rows of a table, or of a tile of it, by int32 ids, to `y [tokens, hidden]`. */
export function embedGraph({ hidden }: ModelSpec): Graph {
  const graph = new Graph('embed', OPSET);
  const table = graph.input('table', 'float32', ['words', hidden]);
  graph.output('y', gather(graph, table, graph.input('ids', 'int32', ['tokens'])));
  return graph;
}

/** `head.logits`: final norm and head, to `logits [rows, vocabulary]`. */
export function logitsGraph(spec: ModelSpec): Graph {
  const graph = new Graph('head.logits', OPSET);
  graph.output('logits', chunkLogits(graph, spec));
  return graph;
}

/** `head.teacher`: `probabilities [rows, vocabulary]` and `negEntropy [rows]` = sum p log p = p z - logsumexp(z). */
export function teacherGraph(spec: ModelSpec): Graph {
  const graph = new Graph('head.teacher', OPSET);
  const logits = chunkLogits(graph, spec);
  const { probabilities, logSum } = distribution(graph, logits);
  graph.output('probabilities', probabilities);
  graph.output('negEntropy', sub(graph, rowDot(graph, probabilities, logits), logSum));
  return graph;
}

/** KL(p || softmax(z)) = sum p log p + logsumexp(z) - p z `[rows]`. */
function klOf(graph: Graph, spec: ModelSpec, logits: Value, logSum: Value): { kl: Value; teacher: Value } {
  const teacher = graph.input('probabilities', 'float32', ['rows', spec.vocabulary]);
  const negEntropy = graph.input('negEntropy', 'float32', ['rows']);
  return { teacher, kl: sub(graph, add(graph, negEntropy, logSum), rowDot(graph, teacher, logits)) };
}

/** `head.kl`: the teacher's probabilities against this model's, to `kl [rows, 1]` in nats. */
export function klGraph(spec: ModelSpec): Graph {
  const graph = new Graph('head.kl', OPSET);
  const logits = chunkLogits(graph, spec);
  graph.output('kl', unsqueeze(graph, klOf(graph, spec, logits, distribution(graph, logits).logSum).kl, [1]));
  return graph;
}

/** `head.nll`: cross-entropy of fed targets, to `nll [rows, 1]` in nats. */
export function nllGraph(spec: ModelSpec): Graph {
  const graph = new Graph('head.nll', OPSET);
  const logits = chunkLogits(graph, spec);
  const { logSum } = distribution(graph, logits);
  graph.output('nll', unsqueeze(graph, crossEntropy(graph, logits, logSum, graph.input('targets', 'int32', ['rows'])), [1]));
  return graph;
}

/** -log softmax(z)[target] = logsumexp(z) - z[target] `[rows]`. */
function crossEntropy(graph: Graph, logits: Value, logSum: Value, targets: Value): Value {
  const chosen = gatherElements(graph, logits, unsqueeze(graph, targets, [1]), 1); // [rows, 1]
  return sub(graph, logSum, squeeze(graph, chosen, [1]));
}

/** `head.measure`: `kl`, `nll` of fed targets, and most probable tokens `top`, `teacherTop` (int64), all `[rows]`. */
export function measureGraph(spec: ModelSpec): Graph {
  const graph = new Graph('head.measure', OPSET);
  const logits = chunkLogits(graph, spec);
  const { logSum } = distribution(graph, logits);
  const { kl, teacher } = klOf(graph, spec, logits, logSum);
  graph.output('kl', kl);
  graph.output('nll', crossEntropy(graph, logits, logSum, graph.input('targets', 'int32', ['rows'])));
  graph.output('top', argMax(graph, logits, 1));
  graph.output('teacherTop', argMax(graph, teacher, 1));
  return graph;
}

/**
 * `weight (p - [word is the target]) [rows, vocabulary]`: slope of the weighted cross-entropy at the logits. From the probabilities that
 * there are already; left to autodiff it would cost another pass of exponentials.
 */
function crossEntropySlope(graph: Graph, { vocabulary }: ModelSpec, probabilities: Value, targets: Value, weights: Value): Value {
  const words = range(graph, graph.scalar(0, 'int32'), graph.scalar(vocabulary, 'int32'), graph.scalar(1, 'int32'), vocabulary);
  const share = unsqueeze(graph, weights, [1]); // [rows, 1]
  const chosen = where(graph, equal(graph, unsqueeze(graph, targets, [1]), words), share, graph.scalar(0));
  return sub(graph, mul(graph, probabilities, share), chosen);
}

/**
 * `head.loss`: `loss [1, 1]` = sum weight * cross-entropy, with `dx [tokens, hidden]`, `grad.norm`, and `grad.head` unless the
 * head stays as it is (onnxruntime computes every output that a graph has).
 */
export function lossGraph(spec: ModelSpec, { embeddings }: { readonly embeddings: boolean }): Graph {
  const graph = new Graph('head.loss', OPSET);
  const inputs = headInputs(graph, spec);
  const targets = graph.input('targets', 'int32', ['tokens']);
  const weights = graph.input('weights', 'float32', ['tokens']);
  const logits = logitsOf(graph, spec, inputs, inputs.hidden);
  const { probabilities, logSum } = distribution(graph, logits);
  const nll = crossEntropy(graph, logits, logSum, targets);
  const loss = reduceSum(graph, mul(graph, nll, weights), { axes: [0], keepDims: false });
  const { hidden, norm, head } = inputs;
  const slope = crossEntropySlope(graph, spec, probabilities, targets, weights);
  const found = gradients(graph, new Map([[logits, slope]]), embeddings ? [hidden, norm, head] : [hidden, norm]);
  graph.output('loss', unsqueeze(graph, loss, [0, 1]));
  outputGradient(graph, 'dx', found.get(hidden));
  outputGradient(graph, 'grad.norm', found.get(norm));
  if (embeddings) outputGradient(graph, 'grad.head', found.get(head));
  return graph;
}
