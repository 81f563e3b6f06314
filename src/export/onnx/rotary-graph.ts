import { inverseFrequencies } from '../../model/rotary-tables.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { Graph, Value } from '../../onnx/graph.ts';
import { add, cast, concat, div, gather, mul, neg, split, sub, unsqueeze } from '../../onnx/ops.ts';
import type { DecoderContext } from './decoder-context.ts';

/** Cosines and sines of the angles of every position `[batch, 1, sequence, head_dim]`, both halves alike. */
export interface Rotation {
  readonly cosines: Value;
  readonly sines: Value;
}

/** Rows of each table: a power of two whose square is at least four times the positions that the model was made for. */
export function rotaryTableRows(maxPositions: number): number {
  return 2 ** Math.ceil(Math.log2(maxPositions) / 2 + 1);
}

/**
 * The rotation of position `p = coarse * rows + fine` by the addition theorem, from two small tables of each function:
 * `cos p = cos coarse cos fine - sin coarse sin fine`. Not by Cos and Sin of the angle: WGSL allows these to be wrong by
 * 5e-4, and the error of 2e-4 that was measured on WebGPU showed in the logits. Positions end at `rows^2`; with frequencies
 * that follow the length of the text ("dynamic") at `max_position_embeddings`, because the tables are those of a short one.
 * Computed in float32 and rounded to the model's type at the end.
 * positionIds `[batch, sequence]`
 */
export function rotationGraph({ graph, spec, type }: DecoderContext, positionIds: Value): Rotation {
  const rows = rotaryTableRows(spec.maxPositions);
  const ids = unsqueeze(graph, positionIds, [1]); // [batch, 1, sequence]
  const count = graph.scalar(rows, 'int64');
  const coarse = div(graph, ids, count);
  const fine = sub(graph, ids, mul(graph, coarse, count));
  const lookUp = (name: string, at: Value, step: number, wave: (angle: number) => number): Value =>
    gather(graph, rotaryTable(graph, spec, { name, rows, step, wave }), at); // [batch, 1, sequence, head_dim / 2]
  const [cosCoarse, sinCoarse] = [lookUp('cos_coarse', coarse, rows, Math.cos), lookUp('sin_coarse', coarse, rows, Math.sin)];
  const [cosFine, sinFine] = [lookUp('cos_fine', fine, 1, Math.cos), lookUp('sin_fine', fine, 1, Math.sin)];
  const cosines = sub(graph, mul(graph, cosCoarse, cosFine), mul(graph, sinCoarse, sinFine));
  const sines = add(graph, mul(graph, sinCoarse, cosFine), mul(graph, cosCoarse, sinFine));
  const twice = (half: Value): Value => cast(graph, concat(graph, [half, half], -1), type);
  return { cosines: twice(cosines), sines: twice(sines) };
}

interface Table {
  readonly name: string;
  readonly rows: number;
  /** Positions from one row to the next. */
  readonly step: number;
  readonly wave: (angle: number) => number;
}

/** `wave(row * step * frequency)` as an initializer `[rows, head_dim / 2]`. */
function rotaryTable(graph: Graph, { headDim, rotary }: ModelSpec, { name, rows, step, wave }: Table): Value {
  const frequencies = inverseFrequencies(headDim, rotary);
  const half = frequencies.length;
  const table = Float32Array.from({ length: rows * half }, (_, at) => wave(Math.floor(at / half) * step * (frequencies[at % half] ?? 0)));
  return graph.initializer(`rotary.${name}`, 'float32', [rows, half], table);
}

/** Rotary embedding, half-split: `(a, b)` becomes `(a cos - b sin, b cos + a sin)`. x `[batch, heads, sequence, head_dim]` */
export function rotate(graph: Graph, x: Value, headDim: number, { cosines, sines }: Rotation): Value {
  const [a, b] = split(graph, x, [headDim / 2, headDim / 2], -1);
  if (a === undefined || b === undefined) throw new RangeError('Split into two gave less');
  const turned = concat(graph, [neg(graph, b), a], -1);
  return add(graph, mul(graph, x, cosines), mul(graph, turned, sines));
}
