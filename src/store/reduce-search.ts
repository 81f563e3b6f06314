import type { RunEvent } from '../run/run-events.ts';
import type { FailureReason } from '../search/failure.ts';
import type { Append } from './append.ts';
import type { CandidateState, GenerationRecord, RunState, SearchState } from './run-state.ts';

/** The worst fitness, so that sorting stays an order. */
const worst = Number.POSITIVE_INFINITY;

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** The search as a whole: begun, finished, and its settings changed on the way. Generations: {@link reduceGeneration}. */
export function reduceSearch(state: RunState, event: RunEvent, append: Append): RunState {
  if (event.type === 'search-started') return { ...state, search: begin(state, event) };
  if (!state.search) return state;
  const search = step(state.search, event, append);
  return search === state.search ? state : { ...state, search };
}

function begin(state: RunState, event: Of<'search-started'>): SearchState {
  const { strategy, unit = 'parameters', dense, least, most, tolerance, uniform } = event;
  return {
    strategy, unit, dense, least, most, tolerance, uniform,
    parent: uniform,
    from: uniform,
    generation: 0,
    generations: state.config?.search.generations ?? 0,
    stages: state.config?.search.stages ?? [],
    stage: 0,
    candidates: [],
    parentFitness: null,
    history: [],
    savedTokens: 0,
    changes: [],
    chosen: [],
    finished: false,
    stopped: false,
  };
}

function step(search: SearchState, event: RunEvent, append: Append): SearchState {
  switch (event.type) {
    case 'generation-started':
      return beginGeneration(search, event);
    case 'candidate-training': {
      const losses = (candidate: CandidateState) => (event.loss === undefined ? candidate.losses : withLoss(candidate.losses, event.stage, event.loss));
      return onCandidate(search, event, (candidate) => ({ ...candidate, ...under('training', event), losses: losses(candidate) }));
    }
    case 'candidate-measuring':
      return onCandidate(search, event, (candidate) => ({ ...candidate, ...under('measuring', event) }));
    case 'candidate-measured':
      return measured(search, event, event.fitness);
    case 'candidate-failed':
      return fail(search, event, event.reason);
    case 'not-a-number':
      return fail(search, event, 'fitness-not-finite');
    case 'candidate-dropped':
      return drop(search, event);
    case 'stage-finished':
      return closeStage(search, event);
    case 'generation-finished':
      return closeGeneration(search, event, append);
    case 'settings-changed': {
      const { generation, before, after } = event;
      return {
        ...search,
        generations: after.generations ?? search.generations,
        changes: append(search.changes, { generation, before, after }),
      };
    }
    case 'parent-chosen': {
      const { generation, before, parent } = event;
      return { ...search, parent, parentFitness: null, chosen: append(search.chosen, { generation, before, parent }) };
    }
    case 'search-finished':
      return { ...search, parent: event.winner, parentFitness: event.fitness, finished: true, stopped: event.stopped };
    default:
      return search;
  }
}

function beginGeneration(search: SearchState, event: Of<'generation-started'>): SearchState {
  const { generation, generations, parent, stages } = event;
  const candidates = event.offspring.map(
    (offspring): CandidateState => ({ ...offspring, status: 'waiting', stage: 0, fitness: [], losses: [], progress: 0 }),
  );
  return { ...search, generation, generations, parent, from: parent, stages, candidates, stage: 0 };
}

/** Under way in a stage, and how far. */
function under(status: 'training' | 'measuring', { stage, done, total }: Of<'candidate-training'> | Of<'candidate-measuring'>): Pick<CandidateState, 'status' | 'stage' | 'progress'> {
  return { status, stage, progress: total > 0 ? done / total : 1 };
}

/** The losses with that of another training step, as older versions told them; stages before it that had no training are null. */
const withLoss = (losses: CandidateState['losses'], stage: number, loss: number): CandidateState['losses'] =>
  withLosses(losses, stage, [losses[stage]?.[0] ?? loss, loss]);

function withLosses(losses: CandidateState['losses'], stage: number, ofStage: readonly [first: number | null, last: number | null] | undefined): CandidateState['losses'] {
  if (!ofStage) return losses;
  const [first, last] = ofStage;
  const before = Array.from({ length: stage }, (_, index) => losses[index] ?? null);
  return [...before, [first ?? Number.NaN, last ?? Number.NaN]];
}

function onCandidate(
  search: SearchState,
  event: { readonly stage: number; readonly id: string },
  change: (candidate: CandidateState) => CandidateState,
): SearchState {
  const candidates = [...search.candidates];
  const index = candidates.findIndex(({ id }) => id === event.id);
  const candidate = candidates[index];
  if (candidate) candidates[index] = change(candidate);
  return { ...search, stage: event.stage, candidates };
}

type Measured = Of<'candidate-measured'> | Of<'candidate-failed'> | Of<'not-a-number'>;

function measured(search: SearchState, event: Measured, value: number): SearchState {
  if (event.id === search.parent.id) return { ...search, stage: event.stage, parentFitness: value };
  return onCandidate(search, event, (candidate) => {
    const fitness = candidate.fitness.slice(0, event.stage);
    fitness[event.stage] = value;
    return { ...candidate, status: 'measured', stage: event.stage, progress: 1, fitness, losses: withLosses(candidate.losses, event.stage, event.losses) };
  });
}

/** It stands among the measured as the worst until the stage closes. */
function fail(search: SearchState, event: Measured, reason: FailureReason): SearchState {
  const { stage } = event;
  const withReason = onCandidate(search, event, (candidate) => ({ ...candidate, failed: [...(candidate.failed ?? []), { stage, reason }] }));
  return measured(withReason, event, worst);
}

function drop(search: SearchState, event: Of<'candidate-dropped'>): SearchState {
  const { stage, fitness, tokens, saved, losses } = event;
  const out = onCandidate(search, event, (candidate) => ({
    ...candidate,
    status: 'eliminated',
    stage,
    progress: 1,
    losses: withLosses(candidate.losses, stage, losses),
    dropped: { stage, fitness, tokens, saved },
  }));
  return { ...out, savedTokens: search.savedTokens + saved };
}

function closeStage(search: SearchState, event: Of<'stage-finished'>): SearchState {
  const last = event.stage >= search.stages.length - 1;
  const survivors = new Set(event.survivors);
  const eliminated = new Set(event.eliminated);
  const candidates = search.candidates.map((candidate): CandidateState => {
    if (eliminated.has(candidate.id)) return { ...candidate, status: 'eliminated' };
    if (!survivors.has(candidate.id) || last) return candidate;
    return { ...candidate, status: 'waiting', stage: event.stage + 1, progress: 0 };
  });
  return { ...search, candidates, stage: last ? event.stage : event.stage + 1 };
}

function closeGeneration(search: SearchState, event: Of<'generation-finished'>, append: Append): SearchState {
  const { generation, parent, fitness, previousParentFitness, replaced, forwardTokens, trainedTokens, at } = event;
  const record: GenerationRecord = {
    generation, parent, replaced,
    from: search.from,
    forwardTokens, trainedTokens, at,
    fitness: fitness ?? worst,
    previousParentFitness: previousParentFitness ?? worst,
    stageBest: search.stages.map((_, stage) =>
      search.candidates.reduce((best, candidate) => Math.min(best, candidate.fitness[stage] ?? worst), worst),
    ),
    candidates: search.candidates.map(({ size: _size, status: _status, stage: _stage, progress: _progress, ...kept }) => kept),
  };
  return { ...search, parent, parentFitness: fitness, history: append(search.history, record) };
}
