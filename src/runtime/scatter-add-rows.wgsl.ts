/**
 * Adds rows to a table; the oracle is `scatter-add-rows.ts`. One invocation per touched row and column adds all of
 * that row's values in order, so that equal rows need no atomics and the sum is deterministic.
 * plan: for each touched row `(row, start, end)`, then the indices of values grouped by row, `start..end` into it.
 */
export const SCATTER_ADD_ROWS_WGSL = /* wgsl */ `
struct Settings {
  width: u32,
  touched: u32,
}

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read_write> table: array<f32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read> plan: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= settings.touched * settings.width) { return; }
  let entry = 3u * (index / settings.width);
  let column = index % settings.width;
  let at = plan[entry] * settings.width + column;
  var sum = table[at];
  for (var position = plan[entry + 1u]; position < plan[entry + 2u]; position++) {
    sum += values[plan[position] * settings.width + column];
  }
  table[at] = sum;
}
`;
