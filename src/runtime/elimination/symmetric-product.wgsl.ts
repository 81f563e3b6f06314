/** `out = P x`, P `[n, n]` symmetric by its upper triangle; one invocation a row. */
export const SYMMETRIC_PRODUCT_WGSL = /* wgsl */ `
@group(0) @binding(0) var<uniform> n: u32;
@group(0) @binding(1) var<storage, read> p: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= n) { return; }
  var sum = 0.0;
  for (var j = 0u; j < n; j++) { sum += p[min(i, j) * n + max(i, j)] * x[j]; }
  out[i] = sum;
}
`;
