import { explain } from '../base/explained-error.ts';
import { eventsWhile } from '../base/events-while.ts';
import { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import type { OpenModel } from '../model/load-model.ts';
import { Transformer } from '../model/transformer.ts';
import { totalParameters } from '../model/spec.ts';
import type { ModelSpec } from '../model/spec.ts';
import { splitText } from '../sources/split-text.ts';
import { Estimator } from './estimator.ts';
import { exportPhase } from './export-phase.ts';
import { ExportDesk } from './exports/export-desk.ts';
import { exportName } from './exports/export-subject.ts';
import { answersOf, Prover, referenceOf } from './exports/prover.ts';
import type { Reference } from './exports/prover.ts';
import { summaryOf } from './load-phase.ts';
import { budgets } from './memory-budgets.ts';
import { PhaseClock } from './phase-clock.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEvent, RunEventBody } from './run-events.ts';
import { sequenceLength } from './sequence-length.ts';

/** Of a float32 model, bytes: what is asked on the device, and opened again, has to fit a few times into 4 GB. */
const LARGEST_ASKED = 1.2e9;
/** Held-out tokens that files are checked on. */
const CHECK_TOKENS = 512;

const float32Bytes = (spec: ModelSpec): number => Float32Array.BYTES_PER_ELEMENT * totalParameters(spec);

/** Works with a transformer that is there for as long as that takes. */
async function withTransformer<T>({ runtime }: RunContext, spec: ModelSpec, work: (transformer: Transformer) => Promise<T>): Promise<T> {
  await using scope = new Scope();
  return await work(scope.own(await Transformer.create(runtime, spec, { logitsBytes: budgets.logits })));
}

/** The model's answers on a held-out passage. It is on the device for as long as that takes. */
async function askModel(config: RunConfig, context: RunContext, { spec, weights, tokenizer }: OpenModel): Promise<Reference> {
  const text = await context.openText(config.texts.heldOut);
  const { heldOut } = await splitText(text, tokenizer, { heldOut: CHECK_TOKENS }, sequenceLength(config, spec));
  return await withTransformer(context, spec, async (transformer) => {
    using dense = await DenseWeights.load(context.runtime, weights);
    return await referenceOf(context.runtime, transformer, dense.weights, heldOut);
  });
}

async function* exportModel(config: RunConfig, context: RunContext): AsyncGenerator<RunEventBody, void> {
  const phases = new PhaseClock(context.clock, new Estimator());
  const model = yield* phases.during('load', openWhole(config, context));
  const { runtime, exports } = context;
  const fits = float32Bytes(model.spec) <= LARGEST_ASKED;
  const reference = fits ? await askModel(config, context, model) : null;
  const { spec, weights, about, tokenizer } = model;
  const desk = new ExportDesk({
    subject: { name: exportName(about), weights, config: model.config, companions: await model.companions(), about, baseModel: model.baseModel ?? config.model, settings: {} },
    storage: exports.storage,
    ...(exports.place && { place: exports.place }),
    prover: reference
      ? new Prover({
          reference: async () => reference,
          weights,
          answers: (others, ids) => withTransformer(context, others.spec, (transformer) => answersOf(runtime, transformer, others, ids)),
          tokenizer,
          runtimes: [async () => runtime],
        })
      : { absent: `a model of ${Math.round(float32Bytes(spec) / 1e6)} MB in float32 is too large to be opened where it was written` },
  });
  yield* phases.during('export', exportPhase(desk, config.exports));
  desk.run = { config, result: null, sets: [] };
  context.onExports?.(desk);
}

async function* openWhole(config: RunConfig, context: RunContext): AsyncGenerator<RunEventBody, OpenModel> {
  const model = yield* eventsWhile<RunEventBody, OpenModel>((report) =>
    context.openModel(config.model, (done, total) => {
      if (total !== null) report({ type: 'phase-progress', phase: 'load', done, total, unit: 'bytes' });
    }),
  );
  yield { type: 'model-loaded', model: summaryOf(config.model, model) };
  return model;
}

/**
 * Exports a model as it is, without pruning it: the formats of the settings, weights straight from their files. Its events
 * are those of a run; it is over when they are, or at `run-failed`.
 */
export async function* exportOnly(config: RunConfig, context: RunContext): AsyncGenerator<RunEvent, void> {
  const stamp = (body: RunEventBody): RunEvent => ({ ...body, at: context.clock.seconds });
  yield stamp({ type: 'run-started', version: 1, config, startedAt: new Date().toISOString() });
  try {
    for await (const body of exportModel(config, context)) yield stamp(body);
  } catch (error) {
    yield stamp({ type: 'run-failed', explanation: explain(error) });
  }
}
