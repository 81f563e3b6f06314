/** What the kernels of one panel share; `remaining` counts the slots at its start, from which its pivots are taken. */
export const SHAPE_WGSL = /* wgsl */ `
struct Shape {
  remaining: u32,
  rows: u32,
  // pivots of this call before this panel, and of this panel
  done: u32,
  count: u32,
}

/** The pivot chosen last: its slot, its P_ss and ||w_s||^2, and its number in the panel from 1 on. */
struct Choice {
  slot: u32,
  step: u32,
  diagonal: f32,
  square: f32,
}

struct Removal {
  slot: u32,
  ratio: f32,
}

/** The second of a slot's diagonals where the slot is gone. */
const GONE = -1.0;
`;
