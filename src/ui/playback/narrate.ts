import type { CandidateState, RunState, SearchState } from '../../store/run-state.ts';
import { fitnessName } from '../format/fitness-name.ts';
import * as format from '../format/format.ts';

/** One plain sentence or two on what a run is doing, or what has just come of it. */
export function narrate(run: RunState): string {
  const { search } = run;
  if (run.failure) return `The run failed. ${run.failure.what}`;
  if (!search) return beforeSearch(run);
  if (search.finished) return afterSearch(run, search);
  if (search.generation === 0) return 'Before the first generation. The parent is the uniform model, which keeps the same share of every module.';
  const last = search.history.at(-1);
  return last?.generation === search.generation ? generationOver(run, search, last) : generationUnderWay(search);
}

function beforeSearch({ phase, database }: RunState): string {
  if (phase === 'database') {
    const done = database.modules.filter((module) => module !== null).length;
    return `Every module is cut step by step, and the rest corrected for what was lost: ${format.count(done)} of ${format.count(database.modules.length)} are done.`;
  }
  if (phase === 'calibrate') return 'The full model reads text, so that each cut can be corrected for what it loses.';
  return 'The model and its texts are loaded.';
}

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const inWords = (count: number): string => words[count] ?? format.count(count);
const atStart = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const children = (count: number): string => `${inWords(count)} ${count === 1 ? 'child' : 'children'}`;
const draws = (count: number): string => `${inWords(count)} ${count === 1 ? 'candidate' : 'candidates'}`;
/** Random search mutates nothing. */
const isRandom = ({ strategy }: SearchState): boolean => strategy === 'random';

/** "were trained on 512 tokens each and measured on 512" */
function doneIn(search: SearchState, stage: number): string {
  const { trainingTokens, fitnessTokens } = search.stages[stage] ?? { trainingTokens: 0, fitnessTokens: 0 };
  const measured = `measured on ${format.tokens(fitnessTokens)}`;
  return trainingTokens > 0 ? `trained on ${format.tokens(trainingTokens)} tokens each and ${measured}` : `${measured} tokens`;
}

const doingIn = (search: SearchState, stage: number): string => {
  const { trainingTokens, fitnessTokens } = search.stages[stage] ?? { trainingTokens: 0, fitnessTokens: 0 };
  return trainingTokens > 0 ? `train on ${format.tokens(trainingTokens)} tokens each` : `are measured on ${format.tokens(fitnessTokens)} tokens`;
};

const isOut = ({ status }: CandidateState): boolean => status === 'eliminated';

function generationUnderWay(search: SearchState): string {
  const { generation, candidates, stage, parent } = search;
  const began = `Generation ${format.count(generation)}.`;
  const of = isRandom(search) ? `${draws(candidates.length)} drawn at random` : `${children(candidates.length)} of ${parent.id}`;
  // Only the last stage measures the parent too.
  const against = stage < search.stages.length - 1 ? '' : isRandom(search) ? ', against the best so far' : ', against their parent';
  if (stage === 0) {
    const goOn = search.stages.length > 1 ? `; the best ${inWords(search.stages[0]?.survivors ?? 1)} go on` : against;
    return `${began} ${atStart(of)} ${doingIn(search, 0)}${goOn}.`;
  }
  const dropped = candidates.filter(isOut).length;
  const left = candidates.length - dropped;
  const others = left === 1 ? `The other one now ${doingIn(search, stage).replace(/^train/, 'trains').replace(/^are/, 'is')}` : `The other ${inWords(left)} now ${doingIn(search, stage)}`;
  const earlier = stage === 1 ? `were ${doneIn(search, 0)}, and ${inWords(dropped)} were dropped` : `were tried in ${inWords(stage)} stages, and ${inWords(dropped)} were dropped`;
  return `${began} ${atStart(of)} ${earlier}. ${others}${against}.`;
}

function generationOver(run: RunState, search: SearchState, record: SearchState['history'][number]): string {
  const { generation, fitness, previousParentFitness, replaced, parent } = record;
  const measure = fitnessName(run.config);
  const began = `Generation ${format.count(generation)} is over.`;
  const better = run.config?.search.fitness === 'perplexity' ? 'had a lower perplexity' : 'came closer to the full model';
  const random = isRandom(search);
  const tried = (random ? draws : children)(search.candidates.length);
  if (!replaced) return `${began} None of ${tried} ${better} than ${parent.id}, which stays ${random ? 'the best' : 'the parent'}, at ${measure} ${format.kl(fitness)}.`;
  const measured = Number.isFinite(previousParentFitness) ? ` from ${format.kl(previousParentFitness)}` : '';
  return `${began} ${parent.id} ${better} than ${random ? 'the best before it' : 'its parent'}, ${measure} ${format.kl(fitness)}${measured}, and takes its place.`;
}

function afterSearch(run: RunState, search: SearchState): string {
  const { length } = search.history;
  const found = length === 0 ? 'The search is over.' : `After ${format.count(length)} ${length === 1 ? 'generation' : 'generations'} the winner is ${search.parent.id}.`;
  const { phase } = run;
  if (phase === 'post-train') {
    const { total, losses, measured } = run.postTraining;
    const best = measured.findLast((point) => point.best);
    const quality = best ? ` Best KL on held-out text so far: ${format.kl(best.kl)}.` : '';
    return `${found} It is trained on: ${format.tokens(losses.at(-1)?.tokens ?? 0)} of ${format.tokens(total)} tokens.${quality}`;
  }
  const { uniform, winner } = run.quality;
  if (!uniform || !winner) return phase === 'evaluate' ? `${found} The full, the uniform and the pruned model read text that the search has not seen.` : found;
  return `${found} On text that the search has not seen its KL to the full model is ${format.kl(winner.kl)}; the uniform model of the same size has ${format.kl(uniform.kl)}.`;
}
