import { argmax } from '../base/argmax.ts';

export interface Sampling {
  /** Divides the logits; 0: always the most probable token. */
  readonly temperature: number;
  /** Only the fewest most probable tokens that together have this probability; 1: all. */
  readonly topP: number;
}

/** Some tokens, most probable first; `weights` are proportional to their probabilities. */
export interface Nucleus {
  readonly tokens: readonly number[];
  readonly weights: readonly number[];
}

/** `exp((z - max z) / temperature)` for every token: proportional to its probability. */
function weightsOf(logits: Float32Array, temperature: number): Float64Array {
  const most = logits.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  return Float64Array.from(logits, (value) => Math.exp((value - most) / temperature));
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** The smallest set of tokens that has probability `topP` at least (Holtzman et al., arXiv 1904.09751); equal ones by id. */
export function nucleus(logits: Float32Array, { temperature, topP }: Sampling): Nucleus {
  const weights = weightsOf(logits, temperature);
  const total = sum(weights);
  // No token below this can be needed: all of them together have less than 1 - topP. Spares sorting the vocabulary.
  const least = (total * Math.max(0, 1 - topP)) / weights.length;
  const likely: number[] = [];
  weights.forEach((weight, id) => {
    if (weight >= least) likely.push(id);
  });
  const weightOf = (id: number): number => weights[id] ?? 0;
  likely.sort((a, b) => weightOf(b) - weightOf(a) || a - b);
  let covered = 0;
  let size = 0;
  while (size < likely.length && (size === 0 || covered < topP * total)) covered += weightOf(likely[size++] ?? 0);
  const tokens = likely.slice(0, size);
  return { tokens, weights: tokens.map(weightOf) };
}

/**
 * The next token: the most probable where the temperature is 0, else drawn from the nucleus by `draw`, a uniform number in
 * `[0, 1)`. The same draw finds tokens of the same rank in two models that nearly agree, so that they write different texts only
 * where they differ.
 */
export function chooseToken(logits: Float32Array, sampling: Sampling, draw: number): number {
  if (sampling.temperature === 0) return argmax(logits);
  const { tokens, weights } = nucleus(logits, sampling);
  let left = draw * weights.reduce((total, weight) => total + weight, 0);
  for (const [place, token] of tokens.entries()) {
    left -= weights[place] ?? 0;
    if (left < 0) return token;
  }
  return tokens.at(-1) ?? argmax(logits); // where rounding ate the rest
}
