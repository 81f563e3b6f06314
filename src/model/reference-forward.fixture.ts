import { queryHeads } from './spec.ts';
import type { ModelSpec, RotarySettings } from './spec.ts';

/** A model in memory: weights by their full Hugging Face names and in their layout. */
export interface PlainModel {
  readonly spec: ModelSpec;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

type Weights = Float32Array | Float64Array;

/** As a plain model, with weights that may be finer than float32: central differences need it. */
export interface ReferenceModel {
  readonly spec: ModelSpec;
  readonly tensors: ReadonlyMap<string, Weights>;
}

type Vector = readonly number[];

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
const plus = (a: Vector, b: ArrayLike<number>): Vector => a.map((value, index) => value + (b[index] ?? 0));

/** `W x + b`, W `[out, in]`. */
function project({ tensors }: ReferenceModel, name: string, x: Vector): Vector {
  const weight = tensors.get(`${name}.weight`) ?? new Float32Array(0);
  const product = Array.from({ length: weight.length / x.length }, (_, row) => dot(x, weight.subarray(row * x.length, (row + 1) * x.length)));
  const bias = tensors.get(`${name}.bias`);
  return bias ? plus(product, bias) : product;
}

function rms({ spec }: ReferenceModel, x: Vector, scale: Weights | undefined): Vector {
  const size = Math.sqrt(dot(x, x) / x.length + spec.rmsEpsilon);
  return x.map((value, index) => (value / size) * (scale?.[index] ?? Number.NaN));
}

/** Radians a position of the pairs of one head, in a sequence of `length`: how each scaling is described, in float64. */
function speeds(headDim: number, { theta, scaling }: RotarySettings, length: number): Vector {
  const half = headDim / 2;
  const pairs = (base: number): Vector => Array.from({ length: half }, (_, i) => base ** (-i / half));
  if (scaling === null) return pairs(theta);
  if (scaling.type === 'linear') return pairs(theta).map((speed) => speed / scaling.factor);
  const original = scaling.originalPositions;
  if (scaling.type === 'dynamic') {
    const growth = Math.max(1, scaling.factor * (length / original - 1) + 1);
    return pairs(theta * growth ** (half / (half - 1)));
  }
  return pairs(theta).map((speed) => {
    const turns = (original * speed) / (2 * Math.PI); // over the positions of the training
    const kept = (turns - scaling.lowFrequencyFactor) / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
    const share = Math.min(1, Math.max(0, kept));
    return share * speed + ((1 - share) * speed) / scaling.factor;
  });
}

/** Turns the pairs (i, i + half) of one head as complex numbers. */
function turn({ spec }: ReferenceModel, x: Vector, position: number, length: number): Vector {
  const half = spec.headDim / 2;
  const turned = [...x];
  const pairs = speeds(spec.headDim, spec.rotary, length);
  for (let i = 0; i < half; i++) {
    const angle = position * Math.fround(pairs[i] ?? Number.NaN);
    const [real, imaginary] = [x[i] ?? 0, x[i + half] ?? 0];
    turned[i] = real * Math.cos(angle) - imaginary * Math.sin(angle);
    turned[i + half] = imaginary * Math.cos(angle) + real * Math.sin(angle);
  }
  return turned;
}

const head = (x: Vector, index: number, headDim: number): Vector => x.slice(index * headDim, (index + 1) * headDim);

/** Softmax-weighted sum of values. */
function attend(query: Vector, keys: readonly Vector[], values: readonly Vector[]): Vector {
  const scores = keys.map((key) => dot(query, key) / Math.sqrt(query.length));
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return query.map((_, column) => values.reduce((sum, value, at) => sum + ((weights[at] ?? 0) / total) * (value[column] ?? 0), 0));
}

function attention(model: ReferenceModel, layer: number, xs: readonly Vector[]): Vector[] {
  const { spec, tensors } = model;
  const prefix = `model.layers.${layer}.self_attn.`;
  const groups = spec.layers[layer]?.queryGroups ?? [];
  const split = (part: string, count: number): Vector[][] =>
    xs.map((x, position) => {
      const row = project(model, `${prefix}${part}_proj`, x);
      const norm = tensors.get(`${prefix}${part}_norm.weight`);
      return Array.from({ length: count }, (_, index) => {
        const vector = head(row, index, spec.headDim);
        const normed = norm ? rms(model, vector, norm) : vector;
        return part === 'v' ? normed : turn(model, normed, position, xs.length);
      });
    });
  const queries = split('q', groups.reduce((sum, size) => sum + size, 0));
  const keys = split('k', groups.length);
  const values = split('v', groups.length);
  const owner = groups.flatMap((size, kv) => Array.from({ length: size }, () => kv));
  return queries.map((heads, position) => {
    const first = Math.max(0, position + 1 - (spec.windows?.[layer] ?? Number.POSITIVE_INFINITY));
    const seen = (all: readonly Vector[][], kv: number): Vector[] => all.slice(first, position + 1).map((row) => row[kv] ?? []);
    const mixed = heads.flatMap((query, index) => attend(query, seen(keys, owner[index] ?? 0), seen(values, owner[index] ?? 0)));
    return project(model, `${prefix}o_proj`, mixed);
  });
}

function mlp(model: ReferenceModel, layer: number, x: Vector): Vector {
  const prefix = `model.layers.${layer}.mlp.`;
  const up = project(model, `${prefix}up_proj`, x);
  const gate = project(model, `${prefix}gate_proj`, x);
  return project(model, `${prefix}down_proj`, gate.map((value, index) => (value / (1 + Math.exp(-value))) * (up[index] ?? 0)));
}

/**
 * Logits `[tokens, vocabulary]` of one sequence, in float64 with plain loops: written from the papers and sharing nothing
 * with the engine and the export, so that it can tell whether these are right.
 */
export function referenceLogits(model: ReferenceModel, ids: readonly number[]): number[] {
  const { spec, tensors } = model;
  const embedding = tensors.get('model.embed_tokens.weight') ?? new Float32Array(0);
  let xs: Vector[] = ids.map((id) => [...embedding.subarray(id * spec.hidden, (id + 1) * spec.hidden)]);
  spec.layers.forEach((shape, layer) => {
    const normed = (name: string): Vector[] => xs.map((x) => rms(model, x, tensors.get(`model.layers.${layer}.${name}.weight`)));
    if (queryHeads(shape) > 0) {
      const added = attention(model, layer, normed('input_layernorm'));
      xs = xs.map((x, position) => plus(x, added[position] ?? []));
    }
    if (shape.channels > 0) {
      const added = normed('post_attention_layernorm').map((x) => mlp(model, layer, x));
      xs = xs.map((x, position) => plus(x, added[position] ?? []));
    }
  });
  const headWeight = spec.tiedHead ? 'model.embed_tokens' : 'lm_head';
  return xs.flatMap((x) => project(model, headWeight, rms(model, x, tensors.get('model.norm.weight'))));
}
