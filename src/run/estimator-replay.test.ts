import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { ModelSpec } from '../model/spec.ts';
import { readFixture } from '../runtime/testing.ts';
import { Estimator } from './estimator.ts';
import { expectedCosts } from './expected-costs.ts';
import { stageWorks } from './generation-pace.ts';
import { parseRunConfig } from './parse-config.ts';
import { phases } from './phases.ts';
import type { RunConfig } from './run-config.ts';

/**
 * Recorded runs (`fixtures/paces/README.md` says how), and the first generation after which the time left is known. The tiny run takes
 * nine seconds, and its first generation is mostly what a process does at first.
 */
const recorded = [
  { name: 'quick-look', from: 1 },
  { name: 'standard', from: 1 },
  { name: 'tiny', from: 2 },
];

const seconds = v.number();
const mark = v.union([
  v.strictTuple([seconds, v.literal('begin'), v.picklist(phases)]),
  v.strictTuple([seconds, v.literal('advance'), v.number()]),
  v.strictTuple([seconds, v.literal('end')]),
  v.strictTuple([seconds, v.literal('generation'), v.number(), v.number(), v.number(), seconds]),
  v.strictTuple([seconds, v.literal('stage'), seconds]),
]);
const paceSchema = v.strictObject({
  name: v.string(),
  config: v.unknown(),
  spec: v.custom<ModelSpec>((spec) => typeof spec === 'object'),
  length: v.number(),
  poolSequences: v.number(),
  validationTokens: v.number(),
  peakFlops: v.number(),
  end: seconds,
  marks: v.array(mark),
});
type Pace = v.InferOutput<typeof paceSchema>;

/** Relative errors of the time left, of the run and of the search. */
interface Errors {
  readonly run: number;
  readonly search: number;
}

/** Feeds the marks to an estimator; errors after each generation. */
function replay(pace: Pace, config: RunConfig): Errors[] {
  const estimator = new Estimator();
  const circumstances = { ...pace, pruneWorkers: 2, speedSeconds: 6, latencySeconds: 20 };
  const errors: Errors[] = [];
  const searched = pace.marks.findLast(([, what]) => what === 'stage')?.[0] ?? Number.NaN;
  let stages = 0;
  for (const one of pace.marks) {
    const [at, what] = one;
    if (what === 'begin') {
      if (one[2] === 'calibrate') estimator.expect(expectedCosts(config, circumstances), pace.peakFlops); // the model is loaded
      estimator.begin(one[2], at);
    } else if (what === 'advance') estimator.advance(one[2], at);
    else if (what === 'end') estimator.end(at);
    else if (what === 'generation') {
      const works = stageWorks(one[4], config.search.stages, pace.length);
      estimator.generationBegins({ generation: one[2], generations: one[3], works }, at, one[5]);
    } else {
      estimator.stageEnds(at, one[2]);
      stages++;
      if (stages % config.search.stages.length > 0) continue;
      const { runSeconds, phaseSeconds } = estimator.estimate(at);
      errors.push({ run: (runSeconds ?? Number.NaN) / (pace.end - at) - 1, search: (phaseSeconds ?? Number.NaN) / (searched - at) - 1 });
    }
  }
  return errors;
}

it.each(recorded)('the time left is within 20 % of the truth after generation $from of a recorded run, and stays so for the search: $name', async ({ name, from }) => {
  const pace = v.parse(paceSchema, JSON.parse(new TextDecoder().decode(await readFixture(`paces/${name}.json`))));
  const errors = replay(pace, parseRunConfig(pace.config));
  expect(errors.length).toBeGreaterThan(3);
  expect(Math.abs(errors[from - 1]?.run ?? Number.NaN)).toBeLessThan(0.2);
  const most = Math.ceil(errors.length * 0.75); // of the last generations one alone is much
  for (const { search } of errors.slice(from - 1, most)) expect(Math.abs(search)).toBeLessThan(0.2);
});
