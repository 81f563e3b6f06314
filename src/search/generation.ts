import type { GenerationFinished, SearchEvent, StageFinished } from './events.ts';
import type { Individual } from './individual.ts';
import { plain } from './individual.ts';
import type { Measure } from './measure.ts';
import type { GenerationPosition, SearchPosition } from './position.ts';
import { rank, tiedWith } from './rank.ts';
import type { SearchSpace } from './search-space.ts';
import { sizesOf } from './search-space.ts';
import type { Stage } from './settings.ts';
import type { MeasuredIndividual } from './stage.ts';
import { measureStage } from './stage.ts';

export interface GenerationPlan {
  readonly space: SearchSpace;
  readonly measure: Measure;
  readonly shouldStop: () => boolean;
}

/**
 * One stage further in a generation that has begun. Multi-step selection (method, section 3): all offspring enter the first stage,
 * the best `survivors` of each go on, and the parent joins the last, measured again on the same data after the same training; then
 * the generation is over. Returns where the search stands then, or null where it was stopped before all measurements were made.
 */
export async function* nextStage(plan: GenerationPlan, position: SearchPosition, within: GenerationPosition): AsyncGenerator<SearchEvent, SearchPosition | null, void> {
  const { settings } = position;
  const stage = settings.stages[within.stages];
  if (stage === undefined) throw new RangeError(`no stage ${within.stages}`);
  if (plan.shouldStop()) return null;
  const last = within.stages === settings.stages.length - 1;
  const parent = plain(position.parent);
  const measured = yield* measureStage(
    plan.measure,
    {
      generation: position.generation + 1,
      stageIndex: within.stages,
      stage,
      learningRate: settings.learningRate,
      candidates: last ? [...within.entering, parent] : within.entering,
      parent,
    },
    plan.shouldStop,
  );
  if (!measured) return null;
  const ranked = rank(measured, parent.id);
  yield stageFinished(position, within, ranked, stage);
  const after = { ...tallied(within, stage, measured), stages: within.stages + 1, entering: ranked.slice(0, stage.survivors).map(plain) };
  if (!last) return { ...position, within: after };
  const end = finished(plan.space, position, after, ranked);
  yield end;
  const { fitness, ...next } = end.parent;
  return { generation: end.generation, parent: next, fitness, settings, within: null };
}

/** With what a stage took. */
function tallied({ evaluatedCandidates, fitnessTokens, trainedTokens }: GenerationPosition, stage: Stage, measured: readonly MeasuredIndividual[]): Omit<GenerationPosition, 'stages' | 'entering'> {
  return {
    evaluatedCandidates: evaluatedCandidates + measured.length,
    fitnessTokens: fitnessTokens + measured.reduce((sum, { saved }) => sum + stage.fitnessTokens - saved, 0),
    trainedTokens: trainedTokens + measured.length * stage.trainingTokens,
  };
}

function stageFinished({ generation }: SearchPosition, within: GenerationPosition, ranked: readonly MeasuredIndividual[], { survivors: places }: Stage): StageFinished {
  const [survivors, eliminated] = [ranked.slice(0, places), ranked.slice(places)];
  const ids = (individuals: readonly Individual[]): string[] => individuals.map(({ id }) => id);
  const tied = ids(tiedWith(survivors, eliminated));
  return { type: 'stage-finished', generation: generation + 1, stage: within.stages, survivors: ids(survivors), eliminated: ids(eliminated), ...(tied.length > 0 && { tied }) };
}

/** The best of the last stage is the parent from now on. */
function finished(space: SearchSpace, position: SearchPosition, { evaluatedCandidates, fitnessTokens, trainedTokens }: GenerationPosition, ranked: readonly MeasuredIndividual[]): GenerationFinished {
  const { parent } = position;
  const [winner = { ...parent, fitness: null }] = ranked;
  const replaced = winner.id !== parent.id;
  return {
    type: 'generation-finished',
    generation: position.generation + 1,
    parent: { ...(replaced ? { ...plain(winner), ...sizesOf(space, winner.genome) } : parent), fitness: winner.fitness },
    previousParentFitness: ranked.find(({ id }) => id === parent.id)?.fitness ?? null,
    replaced,
    evaluatedCandidates,
    fitnessTokens,
    trainedTokens,
  };
}
