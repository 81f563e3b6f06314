import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random draws with one purpose; see {@link randomFor}. */
export interface Random {
  /** Uniform integer in `[0, bound)`. */
  below(bound: number): number;
  /** Uniform number in `[0, 1)`. */
  unit(): number;
}

/** FNV-1a over the UTF-16 units of a string, 32 bits. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * The stream that belongs to a purpose, for instance `randomFor(seed, 'mutation', generation, offspring)`.
 * Streams are independent of each other and of how often any of them was drawn from, so a resumed run
 * draws what the unbroken one would have drawn.
 */
export function randomFor(seed: number, ...purpose: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(hash32(`${seed}/${purpose.join('/')}`));
  return {
    below: (bound) => uniformInt(generator, 0, bound - 1),
    unit: () => uniformFloat64(generator),
  };
}
