/** A measured candidate, as ranking sees it. */
export interface Measured {
  readonly id: string;
  readonly fitness: number;
}

/**
 * Best first. On equal fitness an offspring comes before the parent (method, section 6), and offspring keep their order.
 * What is not finite comes last, and there the parent before the offspring: a broken measurement must not replace it.
 */
export function rank<Candidate extends Measured>(measured: readonly Candidate[], parentId: string): Candidate[] {
  const isParent = (candidate: Candidate): number => (candidate.id === parentId ? 1 : 0);
  return measured.toSorted((left, right) => {
    const [leftFinite, rightFinite] = [Number.isFinite(left.fitness), Number.isFinite(right.fitness)];
    if (leftFinite !== rightFinite) return leftFinite ? -1 : 1;
    if (!leftFinite) return isParent(right) - isParent(left);
    return left.fitness - right.fitness || isParent(left) - isParent(right);
  });
}
