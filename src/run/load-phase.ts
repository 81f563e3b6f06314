import { eventsWhile } from '../base/events-while.ts';
import { totalParameters, prunableParameters } from '../model/spec.ts';
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
