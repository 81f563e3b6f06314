import { SHAPE_WGSL } from './shape.wgsl.ts';

/**
 * Lets everything that the next choice needs follow the last one, and puts the rest into the panel. With `p, g, w` the rows
 * of P and of the Gram matrix `G = W^T W` and the column of W at the pivot s, corrected by what waits in the panel, and
 * `f = p / P_ss`, the updates are `P -= y y^T`, `G -= y v^T + v y^T`, `W -= z y^T` where
 *
 *     y = p / sqrt(P_ss)     z = w / sqrt(P_ss)     v = (g - f G_ss / 2) / sqrt(P_ss)
 *
 * since `w_j' = w_j - f_j w_s`. panel `[2 count, remaining]`: rows y, then rows v; z `[count, rows]`. One invocation for each
 * slot, then one for each row of W. Upper triangles alone are read.
 */
export const FOLLOW_WGSL = /* wgsl */ `${SHAPE_WGSL}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> p: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read> w: array<f32>;
@group(0) @binding(4) var<storage, read_write> panel: array<f32>;
@group(0) @binding(5) var<storage, read_write> z: array<f32>;
@group(0) @binding(6) var<storage, read_write> diagonals: array<vec2f>;
@group(0) @binding(7) var<storage, read> choice: Choice;

fn follow_slot(j: u32, s: u32, step: u32) {
  let m = shape.remaining;
  let pair = diagonals[j];
  let root = sqrt(choice.diagonal);
  var y = 0.0;
  var v = 0.0;
  if (j == s) {
    diagonals[j] = vec2f(0.0, GONE);
  } else if (pair.y != GONE && choice.diagonal > 0.0) {
    let at = min(j, s) * m + max(j, s);
    var p_j = p[at];
    var g_j = g[at];
    for (var t = 0u; t < step; t++) {
      let y_s = panel[t * m + s];
      let y_j = panel[t * m + j];
      p_j -= y_s * y_j;
      g_j -= y_s * panel[(shape.count + t) * m + j] + panel[(shape.count + t) * m + s] * y_j;
    }
    y = p_j / root;
    v = (g_j - 0.5 * choice.square * p_j / choice.diagonal) / root;
    diagonals[j] = vec2f(pair.x - y * y, max(0.0, pair.y - 2.0 * y * v));
  }
  panel[step * m + j] = y;
  panel[(shape.count + step) * m + j] = v;
}

fn follow_row(row: u32, s: u32, step: u32) {
  var value = 0.0;
  if (choice.diagonal > 0.0) {
    value = w[row * shape.remaining + s];
    for (var t = 0u; t < step; t++) { value -= panel[t * shape.remaining + s] * z[t * shape.rows + row]; }
    value /= sqrt(choice.diagonal);
  }
  z[step * shape.rows + row] = value;
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let step = choice.step - 1u;
  if (id.x < shape.remaining) {
    follow_slot(id.x, choice.slot, step);
  } else if (id.x < shape.remaining + shape.rows) {
    follow_row(id.x - shape.remaining, choice.slot, step);
  }
}
`;
