import { NO_PIVOT } from './elimination.ts';
import { SHAPE_WGSL } from './shape.wgsl.ts';

/** One workgroup finds the slot of least ratio, ties to the lowest, and writes it down. A diagonal that is not positive has ratio 0. */
export const CHOOSE_WGSL = /* wgsl */ `${SHAPE_WGSL}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> diagonals: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> choice: Choice;
@group(0) @binding(3) var<storage, read_write> removals: array<Removal>;

const NONE = 0xffffffffu;
var<workgroup> ratios: array<f32, 256>;
var<workgroup> slots: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) own: u32) {
  var least = 0.0;
  var slot = NONE;
  for (var j = own; j < shape.remaining; j += 256u) {
    let pair = diagonals[j];
    if (pair.y == GONE) { continue; }
    var ratio = 0.0;
    if (pair.x > 0.0) { ratio = pair.y / pair.x; }
    if (slot == NONE || ratio < least) {
      least = ratio;
      slot = j;
    }
  }
  ratios[own] = least;
  slots[own] = slot;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (own < half && slots[own + half] != NONE) {
      let other = ratios[own + half];
      let closer = other < ratios[own] || (other == ratios[own] && slots[own + half] < slots[own]);
      if (slots[own] == NONE || closer) {
        ratios[own] = other;
        slots[own] = slots[own + half];
      }
    }
    workgroupBarrier();
  }
  if (own == 0u) {
    let pair = diagonals[slots[0]];
    var ratio = f32(${NO_PIVOT});
    if (pair.x > 0.0) { ratio = ratios[0]; }
    removals[shape.done + choice.step] = Removal(slots[0], ratio);
    choice = Choice(slots[0], choice.step + 1u, pair.x, pair.y);
  }
}
`;
