import { eventsWhile } from '../base/events-while.ts';
import { ExplainedError } from '../base/explained-error.ts';
import { moduleIds, prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';
import { nominalParameters } from '../pruning/prune-module.ts';
import { spaceOfParameters } from '../search/search-space.ts';
import type { OpenModel } from '../model/load-model.ts';
import { planCorpus, type Corpus } from './corpus.ts';
import { planMemory, type MemoryPlan } from './memory-plan.ts';
import { sizeBudget } from './plan-budget.ts';
import type { CompanionFiles } from '../sources/companion-files.ts';
import type { RunConfig } from './run-config.ts';
import { isSpeed } from './target.ts';
import type { RunContext } from './run-context.ts';
import type { ModelSummary, RunEventBody } from './run-events.ts';

export interface Loaded {
  readonly model: OpenModel;
  /** What exports pass on; read at once, so that a fault in it is told before the work and not after. */
  readonly companions: CompanionFiles;
  readonly corpus: Corpus;
}

/** The run does not fit on this device at these settings. */
export class RunTooLargeError extends ExplainedError {
  constructor(model: string, { problems, remedies }: MemoryPlan) {
    const settings = remedies.map(({ label }) => label);
    super({
      what: `${model} does not fit in memory. ${problems.join(' ')}`,
      means: 'Nothing was loaded or fetched.',
      remedy: settings.length > 0 ? `It fits with one of these: ${settings.join('; ')}.` : 'Choose a smaller model, or a device with more memory.',
    });
  }
}

/** Opens the model and both texts and cuts the texts into the run's token sets; nothing is on the device yet. */
export async function* loadPhase(config: RunConfig, context: RunContext): AsyncGenerator<RunEventBody, Loaded> {
  yield* checkFit(config, context);
  const model = yield* eventsWhile<RunEventBody, OpenModel>((report) =>
    context.openModel(config.model, (done, total) => {
      if (total !== null) report({ type: 'phase-progress', phase: 'load', done, total, unit: 'bytes' });
    }),
  );
  const companions = await model.companions();
  yield { type: 'model-loaded', model: { ...summaryOf(config.model, model), chat: companions.chatTemplate !== null } };
  const corpus = yield* cutTexts(config, context, model);
  yield { type: 'corpus-ready', length: corpus.length, sets: corpus.sets };
  return { model, companions, corpus };
}

/** Plans the memory by what is known before the weights are fetched. Throws {@link RunTooLargeError}, TargetUnreachableError. */
async function* checkFit(config: RunConfig, context: RunContext): AsyncGenerator<RunEventBody, void> {
  const { spec, about } = await context.inspectModel(config.model);
  checkTarget(config, spec);
  const plan = planMemory(config, spec, context.limits);
  yield { type: 'memory-planned', needed: plan.needed, verdict: plan.verdict };
  if (plan.verdict === 'too-large') throw new RunTooLargeError(about.name, plan);
}

export function summaryOf(id: string, { spec, about }: OpenModel): ModelSummary {
  return {
    id,
    family: spec.family,
    layers: spec.layers.length,
    parameters: totalParameters(spec),
    prunable: prunableParameters(spec),
    hidden: spec.hidden,
    vocabulary: spec.vocabulary,
    spec,
    about,
  };
}

async function* cutTexts(config: RunConfig, context: RunContext, { spec, tokenizer }: OpenModel): AsyncGenerator<RunEventBody, Corpus> {
  const { training: trainingRef, heldOut: heldOutRef } = config.texts;
  const training = await context.openText(trainingRef);
  const heldOut = heldOutRef === trainingRef ? training : await context.openText(heldOutRef);
  return yield* eventsWhile<RunEventBody, Corpus>((report) =>
    planCorpus(config, spec, tokenizer, { training, heldOut }, (done, total) =>
      report({ type: 'phase-progress', phase: 'load', done, total, unit: 'tokens', note: 'tokenizing' }),
    ),
  );
}

/**
 * Refuses a target that no genome can meet before anything big is made; the search decides it again on the true sizes. What a speed
 * needs is not known yet. Throws TargetUnreachableError, ParametersUnreachableError.
 */
function checkTarget({ granularity, levels, target }: RunConfig, spec: ModelSpec): void {
  if (isSpeed(target)) return;
  const modules = moduleIds(spec).map((id) => {
    const parameters = nominalParameters(spec, id, granularity, levels);
    return { ...id, parameters, loss: parameters.map(() => 0) };
  });
  sizeBudget(target, spec, spaceOfParameters(modules));
}
