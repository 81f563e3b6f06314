import type { GenerationFinished, Individual, SearchEvent, SizedIndividual } from './events.ts';
import type { Measure } from './measure.ts';
import { rank } from './rank.ts';
import type { SearchSettings } from './settings.ts';
import type { MeasuredIndividual } from './stage.ts';
import { measureStage } from './stage.ts';

export interface GenerationPlan {
  readonly generation: number;
  readonly parent: SizedIndividual;
  readonly offspring: readonly SizedIndividual[];
  readonly settings: SearchSettings;
  readonly measure: Measure;
  readonly shouldStop: () => boolean;
}

interface Tally {
  evaluatedCandidates: number;
  fitnessTokens: number;
  trainedTokens: number;
}

const finite = (fitness: number | undefined): number | null => (fitness !== undefined && Number.isFinite(fitness) ? fitness : null);

/**
 * Multi-step selection (method, section 3): all offspring enter the first stage, the best `survivors` of each go on, and the
 * parent joins the last, measured again on the same data after the same training. Returns the end of the generation, or null
 * where it was stopped before all measurements were made.
 */
export async function* selectParent(plan: GenerationPlan): AsyncGenerator<SearchEvent, GenerationFinished | null, void> {
  const { generation, parent, settings, measure, shouldStop } = plan;
  const tally: Tally = { evaluatedCandidates: 0, fitnessTokens: 0, trainedTokens: 0 };
  let entering: readonly Individual[] = plan.offspring.map(({ id, genome }) => ({ id, genome }));
  let ranked: MeasuredIndividual[] = [];
  for (const [stageIndex, stage] of settings.stages.entries()) {
    if (shouldStop()) return null;
    const plainParent = { id: parent.id, genome: parent.genome };
    const candidates = stageIndex === settings.stages.length - 1 ? [...entering, plainParent] : entering;
    const request = { generation, stageIndex, stage, learningRate: settings.learningRate, candidates, parent: plainParent };
    const measured = yield* measureStage(measure, request, shouldStop);
    if (!measured) return null;
    tally.evaluatedCandidates += measured.length;
    tally.fitnessTokens += measured.reduce((sum, { saved }) => sum + stage.fitnessTokens - saved, 0);
    tally.trainedTokens += measured.length * stage.trainingTokens;
    ranked = rank(measured, parent.id);
    entering = ranked.slice(0, stage.survivors).map(({ id, genome }) => ({ id, genome }));
    const ids = ranked.map(({ id }) => id);
    yield { type: 'stage-finished', generation, stage: stageIndex, survivors: ids.slice(0, stage.survivors), eliminated: ids.slice(stage.survivors) };
  }
  return finished(plan, ranked, tally);
}

function finished({ generation, parent, offspring }: GenerationPlan, ranked: readonly MeasuredIndividual[], tally: Tally): GenerationFinished {
  const winner = ranked[0];
  const replacing = offspring.find(({ id }) => id === winner?.id);
  const { id, genome, size, cost } = replacing ?? parent;
  return {
    type: 'generation-finished',
    generation,
    parent: { id, genome, size, ...(cost !== undefined && { cost }), fitness: finite(winner?.fitness) },
    previousParentFitness: finite(ranked.find((candidate) => candidate.id === parent.id)?.fitness),
    replaced: replacing !== undefined,
    ...tally,
  };
}
