import { eventsWhile } from '../base/events-while.ts';
import { moduleIds, prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';
import { nominalParameters } from '../pruning/prune-module.ts';
import { budgetFor } from '../search/budget.ts';
import type { OpenModel } from '../model/load-model.ts';
import { planCorpus, type Corpus } from './corpus.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';

export interface Loaded {
  readonly model: OpenModel;
  readonly corpus: Corpus;
}

/** Opens the model and both texts and cuts the texts into the run's token sets; nothing is on the device yet. */
export async function* loadPhase(config: RunConfig, context: RunContext): AsyncGenerator<RunEventBody, Loaded> {
  const model = yield* eventsWhile<RunEventBody, OpenModel>((report) =>
    context.openModel(config.model, (done, total) => {
      if (total !== null) report({ type: 'phase-progress', phase: 'load', done, total, unit: 'bytes' });
    }),
  );
  const { spec } = model;
  checkTarget(config, spec);
  yield {
    type: 'model-loaded',
    model: {
      id: config.model,
      family: spec.family,
      layers: spec.layers.length,
      parameters: totalParameters(spec),
      prunable: prunableParameters(spec),
      hidden: spec.hidden,
      vocabulary: spec.vocabulary,
    },
  };
  const [training, heldOut] = await Promise.all([context.openText(config.texts.training), context.openText(config.texts.heldOut)]);
  const corpus = yield* eventsWhile<RunEventBody, Corpus>((report) =>
    planCorpus(config, spec, model.tokenizer, { training, heldOut }, (done, total) =>
      report({ type: 'phase-progress', phase: 'load', done, total, unit: 'tokens', note: 'tokenizing' }),
    ),
  );
  return { model, corpus };
}

/**
 * Refuses a target that no genome can meet before anything big is made; the search decides it again on the true sizes.
 * Throws TargetUnreachableError.
 */
function checkTarget({ granularity, levels, target }: RunConfig, spec: ModelSpec): void {
  const modules = moduleIds(spec).map((id) => {
    const parameters = nominalParameters(spec, id, granularity, levels);
    return { ...id, parameters, loss: parameters.map(() => 0) };
  });
  budgetFor({ modules, dense: prunableParameters(spec) }, target.sparsity);
}
