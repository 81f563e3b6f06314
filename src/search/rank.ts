/** A measured candidate, as ranking sees it. */
export interface Measured {
  readonly id: string;
  readonly fitness: number;
  /** Fitness tokens that were spared because it could not survive any more; 0 or absent where it was measured to the end. */
  readonly saved?: number;
}

const isDropped = ({ saved = 0 }: Measured): boolean => saved > 0;

/**
 * Best first. On equal fitness an offspring comes before the parent (method, section 6), and offspring keep their order. Dropped
 * ones come behind all that were measured to the end, by what was measured of them.
 * What is not finite comes last, and there the parent before the offspring: a broken measurement must not replace it.
 */
export function rank<Candidate extends Measured>(measured: readonly Candidate[], parentId: string): Candidate[] {
  const isParent = (candidate: Candidate): number => (candidate.id === parentId ? 1 : 0);
  return measured.toSorted((left, right) => {
    const [leftFinite, rightFinite] = [Number.isFinite(left.fitness), Number.isFinite(right.fitness)];
    if (leftFinite !== rightFinite) return leftFinite ? -1 : 1;
    if (!leftFinite) return isParent(right) - isParent(left);
    const [leftDropped, rightDropped] = [isDropped(left), isDropped(right)];
    if (leftDropped !== rightDropped) return leftDropped ? 1 : -1;
    return left.fitness - right.fitness || isParent(left) - isParent(right);
  });
}
