import { neededTensors } from '../../model/expected-tensors.ts';
import { rowsOfWhole } from '../../model/row-reader.ts';
import type { LayerShape } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';

/** A KV head of a rewritten layer with its query heads; null stands for a head of zeros. Heads are those of the layer it is taken from. */
export interface HeadGroup {
  readonly kvHead: number | null;
  readonly queryHeads: readonly (number | null)[];
}

/** What a layer of a rewritten model is made of. `layer` is one of the original; null makes a module of zeros, which changes nothing. */
export interface LayerRewrite {
  readonly attention: { readonly layer: number | null; readonly groups: readonly HeadGroup[] } | null;
  /** `channels` beyond those of the original are zeros. */
  readonly mlp: { readonly layer: number | null; readonly channels: number } | null;
}

interface Context {
  readonly source: WeightSource;
  readonly rewrites: readonly LayerRewrite[];
}

const TENSOR = /^model\.layers\.(\d+)\.(.+)$/;

/** Copies blocks of `size` rows: block `i` of the result is block `from[i]` of the values, or zeros. */
function takeRowBlocks(values: Float32Array, from: readonly (number | null)[], size: number): Float32Array {
  const taken = new Float32Array(from.length * size);
  for (const [index, block] of from.entries()) {
    if (block !== null) taken.set(values.subarray(block * size, (block + 1) * size), index * size);
  }
  return taken;
}

/** As {@link takeRowBlocks}, of columns: `values [rows, columns]`, blocks of `size` columns. */
function takeColumnBlocks(values: Float32Array, rows: number, from: readonly (number | null)[], size: number): Float32Array {
  const columns = values.length / rows;
  const width = from.length * size;
  const taken = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (const [index, block] of from.entries()) {
      if (block === null) continue;
      const start = row * columns + block * size;
      taken.set(values.subarray(start, start + size), row * width + index * size);
    }
  }
  return taken;
}

/** Rows (or columns) up to `count`, those beyond the original as zeros. */
const upTo = (count: number, original: number): (number | null)[] => Array.from({ length: count }, (_, index) => (index < original ? index : null));

/** A tensor of a module that is all zeros; its norms are ones. */
function zeroTensor(name: string, shape: readonly number[]): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  return name.endsWith('norm.weight') ? values.fill(1) : values;
}

async function attentionTensor({ source }: Context, part: string, name: string, groups: readonly HeadGroup[]): Promise<Float32Array> {
  const values = await source.read(name);
  const { headDim, hidden } = source.spec;
  const queries = groups.flatMap(({ queryHeads }) => queryHeads);
  const keys = groups.map(({ kvHead }) => kvHead);
  switch (part) {
    case 'self_attn.q_proj.weight':
      return takeRowBlocks(values, queries, headDim * hidden);
    case 'self_attn.q_proj.bias':
      return takeRowBlocks(values, queries, headDim);
    case 'self_attn.k_proj.weight':
    case 'self_attn.v_proj.weight':
      return takeRowBlocks(values, keys, headDim * hidden);
    case 'self_attn.k_proj.bias':
    case 'self_attn.v_proj.bias':
      return takeRowBlocks(values, keys, headDim);
    case 'self_attn.o_proj.weight':
      return takeColumnBlocks(values, hidden, queries, headDim);
    default:
      return values; // norms and the output's bias, which no head owns
  }
}

async function mlpTensor({ source }: Context, part: string, name: string, channels: number, original: number): Promise<Float32Array> {
  const values = await source.read(name);
  const { hidden } = source.spec;
  const from = upTo(channels, original);
  if (part === 'mlp.down_proj.weight') return takeColumnBlocks(values, hidden, from, 1);
  if (/^mlp\.(gate|up)_proj\.weight$/.test(part)) return takeRowBlocks(values, from, hidden);
  if (/^mlp\.(gate|up)_proj\.bias$/.test(part)) return takeRowBlocks(values, from, 1);
  return values; // the norm and the output's bias
}

async function layerTensor(context: Context, layer: number, part: string, shape: readonly number[]): Promise<Float32Array> {
  const rewrite = context.rewrites[layer];
  const attends = part.startsWith('self_attn.') || part === 'input_layernorm.weight';
  const module = attends ? rewrite?.attention : rewrite?.mlp;
  if (module === null || module === undefined || module.layer === null) return zeroTensor(part, shape);
  const name = `model.layers.${module.layer}.${part}`;
  if ('groups' in module) return attentionTensor(context, part, name, module.groups);
  return mlpTensor(context, part, name, module.channels, context.source.spec.layers[module.layer]?.channels ?? 0);
}

const shapeOf = ({ attention, mlp }: LayerRewrite): LayerShape => ({
  queryGroups: attention?.groups.map(({ queryHeads }) => queryHeads.length) ?? [],
  channels: mlp?.channels ?? 0,
});

/**
 * The same function of its input with other layers: heads copied, reordered or filled up with zeros, layers fused or
 * dropped, whatever a runtime's format needs (design of the rewrites: export-targets, section 2). Nothing but zeros and
 * copies is added, so that logits change by rounding at most. Weights of layers are read whole, a tensor at a time; the
 * embedding and the head by rows, as in the source.
 */
export function rewriteLayers(source: WeightSource, rewrites: readonly LayerRewrite[]): WeightSource {
  const windowOf = (layer: number | null | undefined): number | null => source.spec.windows?.[layer ?? -1] ?? null;
  const windows = source.spec.windows && rewrites.map(({ attention }) => windowOf(attention?.layer));
  const spec = { ...source.spec, windows, layers: rewrites.map(shapeOf) };
  const shapes = neededTensors(spec);
  const read = async (name: string): Promise<Float32Array> => {
    const [, layer, part] = TENSOR.exec(name) ?? [];
    const shape = shapes.get(name);
    if (shape === undefined) throw new RangeError(`the model has no ${name}`);
    return layer === undefined || part === undefined ? source.read(name) : layerTensor({ source, rewrites }, Number(layer), part, shape);
  };
  const rows = rowsOfWhole(read, (name) => shapes.get(name)?.[0] ?? 1);
  return { spec, read, readRows: (name, start, end) => (TENSOR.test(name) ? rows(name, start, end) : source.readRows(name, start, end)) };
}
