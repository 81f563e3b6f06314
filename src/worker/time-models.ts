import { Scope } from '../base/scope.ts';
import { measureSpeeds } from '../evaluation/speed.ts';
import type { LiveModels } from '../run/live-models.ts';
import { writingContext } from '../run/writing-context.ts';
import { borrowModel } from './borrow-model.ts';
import { nextTask } from '../base/next-task.ts';
import type { EngineMessage, ModelSubject } from './protocol.ts';

/** Seconds that it may take for a model. */
const secondsEach = 10;

/** Times some of the run's models in turn and tells each one's speed; `stop` ends it after the current run, and nothing is told. */
export async function timeModels(
  models: LiveModels,
  subjects: readonly ModelSubject[],
  stop: AbortSignal,
  emit: (message: Extract<EngineMessage, { type: 'speed' }>) => void,
): Promise<void> {
  await using scope = new Scope();
  const timed: { readonly which: ModelSubject['which']; readonly id: string; readonly weights: LiveModels['dense'] }[] = [];
  for (const subject of subjects) {
    const { id, weights } = scope.own(await borrowModel(models, subject));
    timed.push({ which: subject.which, id, weights });
  }
  const measuring = measureSpeeds(models.transformer, timed.map(({ weights }) => weights), { context: writingContext(models.dense.spec), secondsEach });
  let next = await measuring.next();
  for (; next.done !== true; next = await measuring.next()) {
    await nextTask();
    if (!stop.aborted) continue;
    await measuring.return([]);
    return;
  }
  for (const [index, speed] of next.value.entries()) {
    const model = timed[index];
    if (model) emit({ type: 'speed', which: model.which, id: model.id, speed });
  }
}
