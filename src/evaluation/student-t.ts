/**
 * P(T > t) of Student's t with `freedom` degrees of freedom, t >= 0, freedom a whole number from 1: exact finite sums
 * (Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4).
 */
export function studentTail(t: number, freedom: number): number {
  if (!Number.isSafeInteger(freedom) || freedom < 1) throw new RangeError(`${freedom} are not degrees of freedom`);
  if (!(t >= 0)) throw new RangeError(`the tail above ${t} is not one`);
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  // Terms of the sum: from 1 (even) or cos (odd), each the one before times cos^2 and the next ratio of whole numbers.
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let next = odd ? 2 : 1; next < freedom - 2; next += 2) {
    term *= (next / (next + 1)) * cosine ** 2;
    sum += term;
  }
  const inside = odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return Math.max(0, (1 - inside) / 2);
}
