import type { KernelMemory } from './simd/kernel-memory.ts';
import { inPanels, PANEL, panelIndex, takePanels } from './simd/panels.ts';
import type { Panels } from './simd/panels.ts';
import { subtractPanels, subtractUpper } from './simd/products.ts';
import type { Rows } from './simd/products.ts';
import { invertUpper } from './simd/sweep-inverse.ts';
import type { PreparedHessian } from './hessian.ts';
import { sweepDepth } from './obs-shape.ts';
import type { ObsShape } from './obs-shape.ts';

/** A column that takes a place that is free, before its own. */
export interface Move {
  readonly from: number;
  readonly to: number;
}

/**
 * What remains of a module: P = H^-1 `[n, n]` (upper triangle) and W, and an update of them by products, `P -= Y Y^T` and
 * `W^T -= Y Z^T`. A place without a column holds a dead input: a row of the unit matrix and zero weights.
 */
export class ObsMatrices {
  readonly memory: KernelMemory;
  /** Rows of W, and the next multiple of 4. */
  readonly rows: number;
  readonly depth: number;
  /** H, and once {@link invert} is done P. */
  readonly inverse: Rows;
  /** W^T `[n, depth]` */
  readonly weight: Panels;
  /** Y `[n, depth]`, and room of the same size for the columns it is made of. */
  readonly y: Panels;
  readonly cross: Panels;
  /** Z `[d, depth]` */
  readonly z: Panels;
  /** Room for the factor of a structure's inverse `[depth, depth]`. */
  readonly factor: Panels;
  /** Places, those of removed columns included until they are dropped. */
  n: number;

  /** @param memory with room for `passLengths` of the shape */
  constructor(memory: KernelMemory, shape: ObsShape) {
    const { places, rows, depth } = shape;
    const deep = sweepDepth(shape);
    this.memory = memory;
    this.rows = rows;
    this.depth = depth;
    this.n = places;
    this.inverse = { ...memory.take(places * places), stride: places };
    this.weight = takePanels(memory, places, inPanels(rows));
    this.y = takePanels(memory, places, deep);
    this.cross = takePanels(memory, places, deep);
    this.z = takePanels(memory, rows, depth);
    this.factor = takePanels(memory, deep, deep);
  }

  /** Puts H and W, its dead columns zero, where `places` says for each column. */
  load({ matrix, columns, dead }: PreparedHessian, weight: Float32Array, places: Int32Array): void {
    const { data, stride } = this.inverse;
    for (let place = 0; place < this.n; place++) data[place * (stride + 1)] = 1;
    for (let i = 0; i < columns; i++) {
      const row = places[i]! * stride;
      for (let j = i; j < columns; j++) data[row + places[j]!] = matrix[i * columns + j]!;
    }
    const skipped = new Set(dead);
    for (let column = 0; column < columns; column++) {
      if (skipped.has(column)) continue;
      const to = panelIndex(this.weight, places[column]!, 0);
      for (let row = 0; row < this.rows; row++) this.weight.data[to + row * PANEL] = weight[row * columns + column]!;
    }
  }

  /** H becomes P. Yields now and then; returns false where H is not positive definite. */
  invert(): Generator<void, boolean> {
    return invertUpper(this.memory, this.inverse, this.n, this);
  }

  /**
   * Makes the moves one after the other, keeps the first `count` places and carries out the first `depth` columns of Y and Z for them.
   * Filling gaps moves a few columns, where closing them would move all of P.
   */
  update(moves: readonly Move[], count: number, depth: number): void {
    for (const move of moves) {
      moveColumn(this.inverse, this.n, move);
      moveRow(this.weight, move, this.weight.depth);
      moveRow(this.y, move, depth);
    }
    this.n = inPanels(count);
    if (count === 0 || depth === 0) return;
    for (let place = count; place < this.n; place++) {
      for (let k = 0; k < depth; k++) this.y.data[panelIndex(this.y, place, k)] = 0;
    }
    subtractUpper(this.memory, this.inverse, this.n, this.y, this.y, depth);
    subtractPanels(this.memory, this.weight, this.z, this.weight.depth, this.y, this.n, depth);
  }

  /** Columns of W at these places `[d, places]`. */
  weightAt(places: Int32Array): Float32Array<ArrayBuffer> {
    const out = new Float32Array(this.rows * places.length);
    const from = places.map((place) => panelIndex(this.weight, place, 0));
    for (let row = 0, to = 0; row < this.rows; row++) {
      for (const start of from) out[to++] = this.weight.data[start + row * PANEL]!;
    }
    return out;
  }
}

/** Row and column `from` of a symmetric matrix `[n, n]`, upper triangle, become row and column `to`. */
function moveColumn({ data, stride }: Rows, n: number, { from, to }: Move): void {
  for (let i = 0; i < to; i++) data[i * stride + to] = data[i * stride + from]!;
  data[to * (stride + 1)] = data[from * (stride + 1)]!;
  for (let i = to + 1; i < from; i++) data[to * stride + i] = data[i * stride + from]!;
  for (let i = from + 1; i < n; i++) data[to * stride + i] = data[from * stride + i]!;
}

/** The first `depth` columns of row `from` become those of row `to`. */
function moveRow(panels: Panels, { from, to }: Move, depth: number): void {
  const [source, target] = [panelIndex(panels, from, 0), panelIndex(panels, to, 0)];
  for (let k = 0; k < depth * PANEL; k += PANEL) panels.data[target + k] = panels.data[source + k]!;
}
