import { argmax } from '../base/argmax.ts';
import { median } from '../base/median.ts';
import { KvCache } from '../model/kv-cache.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import { nextLogits } from './generate.ts';
import { variedTokens } from './varied-tokens.ts';

/** How fast a model reads and writes, one sequence at a time: medians over the runs. */
export interface ModelSpeed {
  readonly prefillTokens: number;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokens: number;
  readonly decodeTokensPerSecond: number;
  readonly runs: number;
}

/** One run: a prompt of so many tokens read at once, then so many written. */
export interface SpeedPlan {
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  readonly runs: number;
}

/** Seconds, as first tried. */
interface Pace {
  /** Of each token of a prompt beyond the first. */
  readonly prefill: number;
  /** Of a token by itself; a prompt's first costs as much, since all weights are read for it. */
  readonly decode: number;
}

/** From what is wanted to what any device can do; medians need three runs at least. */
const plans: readonly SpeedPlan[] = [
  { prefillTokens: 512, decodeTokens: 32, runs: 5 },
  { prefillTokens: 512, decodeTokens: 32, runs: 3 },
  { prefillTokens: 256, decodeTokens: 16, runs: 3 },
  { prefillTokens: 128, decodeTokens: 8, runs: 3 },
  { prefillTokens: 32, decodeTokens: 4, runs: 3 },
];

type Tokens = Pick<SpeedPlan, 'prefillTokens' | 'decodeTokens'>;

/** As many of the tokens as a context holds. */
function within(wanted: Tokens, context: number): Tokens {
  const decodeTokens = Math.max(1, Math.min(wanted.decodeTokens, context >> 1));
  return { decodeTokens, prefillTokens: Math.max(1, Math.min(wanted.prefillTokens, context - decodeTokens)) };
}

/** The best plan that a model of this pace does within the seconds, its prompt and text within the context. */
export function planSpeed(pace: Pace, context: number, seconds: number): SpeedPlan {
  const cost = ({ prefillTokens, decodeTokens, runs }: SpeedPlan): number => runs * ((prefillTokens - 1) * pace.prefill + (1 + decodeTokens) * pace.decode);
  const possible = plans.map((plan) => ({ ...plan, ...within(plan, context) }));
  const best = possible.find((plan) => cost(plan) <= seconds) ?? possible.at(-1);
  if (best === undefined) throw new RangeError('no plan');
  return best;
}

export interface SpeedOptions {
  /** Tokens of prompt and text together at most. */
  readonly context: number;
  /** About how long it may take for a model. */
  readonly secondsEach: number;
}

/** How far it is, in runs of a model. */
export interface SpeedProgress {
  readonly done: number;
  readonly total: number;
}

/** What the pace is told by. */
const trial = { prefillTokens: 32, decodeTokens: 3 };

/**
 * Times models side by side: all are warmed up first, and run by run they take turns, so that whatever else the machine does
 * disturbs them alike. All follow the plan that suits the slowest. Speeds in the order of the models.
 */
export async function* measureSpeeds(
  transformer: Transformer,
  models: readonly ModelWeights[],
  { context, secondsEach }: SpeedOptions,
): AsyncGenerator<SpeedProgress, ModelSpeed[]> {
  const pace = { prefill: 0, decode: 0 };
  for (const model of models) {
    const seen = await tried(transformer, model, context);
    pace.prefill = Math.max(pace.prefill, seen.prefill);
    pace.decode = Math.max(pace.decode, seen.decode);
  }
  const plan = planSpeed(pace, context, secondsEach);
  const times = models.map((model) => ({ model, prefill: [] as number[], decode: [] as number[] }));
  const total = plan.runs * models.length;
  let done = 0;
  for (let run = 0; run < plan.runs; run++) {
    for (const { model, prefill, decode } of times) {
      const seconds = await timed(transformer, model, plan);
      prefill.push(seconds.prefill);
      decode.push(seconds.decode);
      done += 1;
      yield { done, total };
    }
  }
  return times.map(({ prefill, decode }) => ({
    ...plan,
    prefillTokensPerSecond: plan.prefillTokens / median(prefill),
    decodeTokensPerSecond: plan.decodeTokens / median(decode),
  }));
}

/** The pace of the second of two short runs; the first compiles programs and fills caches. */
async function tried(transformer: Transformer, model: ModelWeights, context: number): Promise<Pace> {
  const { prefillTokens, decodeTokens } = within(trial, context);
  await timed(transformer, model, { prefillTokens, decodeTokens });
  const run = await timed(transformer, model, { prefillTokens, decodeTokens });
  const decode = run.decode / decodeTokens;
  return { prefill: Math.max(0, run.prefill - decode) / prefillTokens, decode };
}

/** Seconds of one run's parts. Logits are read on the host after each step, so the device has done what is timed. */
async function timed(transformer: Transformer, model: ModelWeights, { prefillTokens, decodeTokens }: Tokens): Promise<{ prefill: number; decode: number }> {
  using cache = new KvCache();
  const ids = variedTokens(prefillTokens, model.spec.vocabulary);
  const began = performance.now();
  let next = argmax(await nextLogits(transformer, model, ids, cache));
  const read = performance.now();
  for (let made = 0; made < decodeTokens; made++) next = argmax(await nextLogits(transformer, model, Int32Array.of(next), cache));
  return { prefill: (read - began) / 1000, decode: (performance.now() - read) / 1000 };
}
