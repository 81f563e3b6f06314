/** A module in the middle of the greedy pass: what remains of its weight and of the inverse Hessian. */
export interface ObsState {
  /** The structure whose removal costs least, ties to the lowest index. Its score is NaN or infinite where arithmetic failed. */
  cheapest(): { readonly structure: number; readonly score: number };
  /** Removes a structure and updates the rest. Returns whether a pseudo-inverse had to stand for the inverse. */
  remove(structure: number): boolean;
  /** The weight restricted to what remains, in order: `[d, kept columns]`. */
  weight(): Float32Array<ArrayBuffer>;
}
