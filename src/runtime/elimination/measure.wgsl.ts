import { SHAPE_WGSL } from './shape.wgsl.ts';

/** `(P_jj, ||w_j||^2)` of every slot from P and W themselves, with which a panel begins. */
export const MEASURE_WGSL = /* wgsl */ `${SHAPE_WGSL}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> p: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> diagonals: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> choice: Choice;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let j = id.x;
  let m = shape.remaining;
  if (j == 0u) { choice.step = 0u; }
  if (j >= m) { return; }
  var square = 0.0;
  for (var row = 0u; row < shape.rows; row++) {
    let value = w[row * m + j];
    square += value * value;
  }
  diagonals[j] = vec2f(p[j * m + j], square);
}
`;
