/** A measured candidate, as ranking sees it. */
export interface Measured {
  readonly id: string;
  /** Null where it failed. */
  readonly fitness: number | null;
  /** Fitness tokens that were spared because it could not survive any more; 0 or absent where it was measured to the end. */
  readonly saved?: number;
}

/** 0 measured to the end, 1 dropped, 2 failed. */
const classOf = ({ fitness, saved = 0 }: Measured): number => (fitness === null ? 2 : saved > 0 ? 1 : 0);

/**
 * Best first. On equal fitness an offspring comes before the parent (method, section 6), and offspring keep their order. Dropped
 * ones come behind all that were measured to the end, by what was measured of them.
 * Those that failed come last, and there the parent before the offspring: a broken measurement must not replace it.
 */
export function rank<Candidate extends Measured>(measured: readonly Candidate[], parentId: string): Candidate[] {
  const isParent = (candidate: Candidate): number => (candidate.id === parentId ? 1 : 0);
  return measured.toSorted((left, right) => {
    if (classOf(left) !== classOf(right)) return classOf(left) - classOf(right);
    if (left.fitness === null || right.fitness === null) return isParent(right) - isParent(left);
    return left.fitness - right.fitness || isParent(left) - isParent(right);
  });
}

/** Those of the eliminated that have the very fitness of a survivor, both measured to the end. */
export function tiedWith<Candidate extends Measured>(survivors: readonly Candidate[], eliminated: readonly Candidate[]): Candidate[] {
  const values = new Set(survivors.filter((survivor) => classOf(survivor) === 0).map(({ fitness }) => fitness));
  return eliminated.filter((candidate) => classOf(candidate) === 0 && values.has(candidate.fitness));
}
