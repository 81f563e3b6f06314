import type { ModelWeights } from '../model/weights.ts';
import type { ModuleCache } from '../pruning/materialise.ts';
import type { Individual } from '../search/events.ts';
import { chatPrompt } from '../sources/chat-template.ts';
import type { SearchEnd } from './checkpoints/run-progress.ts';
import { buildLevels, type Levels } from './level-phases.ts';
import type { RunEventBody } from './run-events.ts';
import { searchPhase } from './search-phase.ts';
import { openSession, type RunParts, type Session } from './session.ts';
import { finish, validationOf, winnerWeights } from './winner-phases.ts';

/** The phases of a run one after the other, from where its memory says that it is. */
export async function* runPhases(parts: RunParts): AsyncGenerator<RunEventBody, void> {
  const session = yield* openSession(parts);
  const levels = yield* buildLevels(session);
  const { database, modules } = levels;
  const publish = publisher(session, modules);
  const outcome = yield* searched(session, levels, publish);
  const winner = yield* winnerWeights(session, modules, outcome.winner, outcome.stopped);
  publish(outcome.winner, { weights: winner, postTrained: validationOf(session, outcome.stopped) !== null });
  yield* finish({ session, database, modules, outcome, winner });
}

type Publish = ReturnType<typeof publisher>;

async function* searched(session: Session, levels: Levels, publish: Publish): AsyncGenerator<RunEventBody, SearchEnd> {
  const { before, phases, keep } = session;
  if (before.searched !== null) {
    publish(before.searched.winner);
    return before.searched;
  }
  const outcome = yield* phases.during('search', searchPhase({ ...session, ...levels, publish }));
  yield* keep({ searched: outcome, search: null });
  return outcome;
}

/** Tells the context which models can write samples: the dense one and a candidate, from the database or as given. */
function publisher({ context, scope, transformer, model, companions, dense }: Session, modules: ModuleCache) {
  const { onModels } = context;
  const chat = chatPrompt(companions);
  scope.own({ [Symbol.dispose]: () => onModels?.(null) });
  return ({ id, genome }: Individual, final?: { readonly weights: ModelWeights; readonly postTrained: boolean }): void =>
    onModels?.({
      transformer,
      tokenizer: model.tokenizer,
      chat,
      dense,
      candidate: (chosen) => modules.lease(chosen),
      parent: async () => {
        const lease = final ? { weights: final.weights, [Symbol.dispose]: () => undefined } : await modules.lease(genome);
        return { id, postTrained: final?.postTrained ?? false, weights: lease.weights, [Symbol.dispose]: () => lease[Symbol.dispose]() };
      },
    });
}
