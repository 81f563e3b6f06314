import { NOWHERE } from './renumber.wgsl.ts';

/** Rows and columns of the output that a workgroup makes. */
export const TILE = 64;

/**
 * `out[place(i), place(j)] = into[i, j] + scale * sum_k A[k, i] B[(k + shift) mod depth, j]`, whose factors lie with k as their rows.
 * Columns without a place are dropped; where `square` is 1 rows are placed like columns, and tiles below the diagonal are left out.
 * Each workgroup makes a tile of 64 x 64, each invocation 4 x 4 of it, 16 apart, so that neighbours read neighbours.
 */
export const ADD_PRODUCT_WGSL = /* wgsl */ `
struct Product {
  rows: u32,
  columns: u32,
  depth: u32,
  shift: u32,
  out_columns: u32,
  square: u32,
  first_tile: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> product: Product;
@group(0) @binding(1) var<storage, read> into: array<f32>;
@group(0) @binding(2) var<storage, read> a: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read> place: array<u32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

const TILE = ${TILE}u;
const STEP = 16u;
var<workgroup> tile_a: array<f32, ${16 * TILE}>;
var<workgroup> tile_b: array<f32, ${16 * TILE}>;

fn load(k0: u32, row0: u32, column0: u32, own: u32) {
  for (var at = own; at < STEP * TILE; at += 256u) {
    let k = k0 + at / TILE;
    let i = row0 + at % TILE;
    let j = column0 + at % TILE;
    var value_a = 0.0;
    var value_b = 0.0;
    if (k < product.depth) {
      if (i < product.rows) { value_a = a[k * product.rows + i]; }
      if (j < product.columns) { value_b = b[((k + product.shift) % product.depth) * product.columns + j]; }
    }
    tile_a[at] = value_a;
    tile_b[at] = value_b;
  }
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) id: vec3u, @builtin(local_invocation_index) own: u32) {
  let row0 = (group.y + product.first_tile) * TILE;
  let column0 = group.x * TILE;
  if (product.square == 1u && column0 < row0) { return; }
  var sums: array<vec4f, 4>;
  for (var k0 = 0u; k0 < product.depth; k0 += STEP) {
    load(k0, row0, column0, own);
    workgroupBarrier();
    for (var k = 0u; k < STEP; k++) {
      let x = k * TILE + id.x;
      let y = k * TILE + id.y;
      let columns = vec4f(tile_b[x], tile_b[x + 16u], tile_b[x + 32u], tile_b[x + 48u]);
      sums[0] += tile_a[y] * columns;
      sums[1] += tile_a[y + 16u] * columns;
      sums[2] += tile_a[y + 32u] * columns;
      sums[3] += tile_a[y + 48u] * columns;
    }
    workgroupBarrier();
  }
  for (var r = 0u; r < 4u; r++) {
    let i = row0 + id.y + 16u * r;
    if (i >= product.rows) { continue; }
    var to = i;
    if (product.square == 1u) { to = place[i]; }
    if (to == ${NOWHERE}u) { continue; }
    for (var c = 0u; c < 4u; c++) {
      let j = column0 + id.x + 16u * c;
      if (j >= product.columns) { continue; }
      let column = place[j];
      if (column == ${NOWHERE}u) { continue; }
      out[to * product.out_columns + column] = into[i * product.columns + j] + product.scale * sums[r][c];
    }
  }
}
`;
