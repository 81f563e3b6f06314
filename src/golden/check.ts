/** One line of the report: what was compared, and how far the worst of it was off. */
export interface Row {
  readonly check: string;
  /** How it was measured: a key of the folder's tolerances, or `exact`. */
  readonly measure: string;
  /** Tensors or scalars compared. */
  readonly compared: number;
  readonly error: number;
  readonly tolerance: number;
  /** Where the error is worst; empty where nothing was compared. */
  readonly worst: string;
  readonly passed: boolean;
}

/** Gathers the errors of one kind and keeps the worst, measured by its tolerance. A check that compares nothing fails. */
export class Check {
  readonly #check: string;
  readonly #measure: string;
  readonly #tolerance: number;
  #compared = 0;
  #worst: { place: string; error: number; tolerance: number; rank: number } | null = null;

  constructor(check: string, measure: string, tolerance: number) {
    this.#check = check;
    this.#measure = measure;
    this.#tolerance = tolerance;
  }

  /** A check in which an error is a number of differences, and none is allowed. */
  static exact(check: string): Check {
    return new Check(check, 'exact', 0);
  }

  /** @param tolerance where it is not the check's own */
  add(place: string, error: number, tolerance = this.#tolerance): void {
    this.#compared++;
    const rank = rankOf(error, tolerance);
    if (this.#worst === null || rank > this.#worst.rank) this.#worst = { place, error, tolerance, rank };
  }

  get row(): Row {
    const { place: worst, error, tolerance } = this.#worst ?? { place: '', error: Number.NaN, tolerance: this.#tolerance };
    const passed = this.#compared > 0 && error <= tolerance;
    return { check: this.#check, measure: this.#measure, compared: this.#compared, error, tolerance, worst, passed };
  }
}

/** Error in units of its tolerance; NaN counts as infinite. */
function rankOf(error: number, tolerance: number): number {
  if (error <= tolerance) return tolerance === 0 ? 0 : error / tolerance;
  return Number.isFinite(error) && tolerance > 0 ? error / tolerance : Infinity;
}
