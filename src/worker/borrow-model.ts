import { ExplainedError } from '../base/explained-error.ts';
import type { LiveModels, NamedModel } from '../run/live-models.ts';
import type { ModelSubject } from './protocol.ts';

/** No model is on the device that could write. */
export class NoLiveModelError extends ExplainedError {
  constructor() {
    super({
      what: 'There is no model to write with yet.',
      means: 'Nothing was written or timed.',
      remedy: 'Start a run; its models can write once the search has begun.',
    });
  }
}

/** One of a run's models by what was asked for, until disposed; `id` as in messages. */
export async function borrowModel(models: LiveModels, subject: ModelSubject): Promise<NamedModel> {
  if (subject.which === 'dense') return { id: 'dense', postTrained: false, weights: models.dense, [Symbol.dispose]: () => undefined };
  if (subject.which === 'parent') return models.parent();
  const lease = await models.candidate(subject.genome);
  return { id: subject.id, postTrained: false, weights: lease.weights, [Symbol.dispose]: () => lease[Symbol.dispose]() };
}
