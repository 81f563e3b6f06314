import { SHAPE_WGSL } from './shape.wgsl.ts';

/** Where a slot has no place after the panel: it was eliminated. */
export const NOWHERE = 0xffffffff;

/** The place of every slot when those of the panel are dropped; order is kept. */
export const RENUMBER_WGSL = /* wgsl */ `${SHAPE_WGSL}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> removals: array<Removal>;
@group(0) @binding(2) var<storage, read_write> place: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.remaining) { return; }
  var to = id.x;
  for (var t = shape.done; t < shape.done + shape.count; t++) {
    let slot = removals[t].slot;
    if (slot == id.x) {
      place[id.x] = ${NOWHERE}u;
      return;
    }
    if (slot < id.x) { to -= 1u; }
  }
  place[id.x] = to;
}
`;
