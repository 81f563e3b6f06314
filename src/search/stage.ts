import { MeasurementError } from './errors.ts';
import type { SearchEvent } from './events.ts';
import { failureOf } from './failure.ts';
import type { Individual } from './individual.ts';
import type { Measure, MeasureEvent, MeasureRequest } from './measure.ts';

/** A candidate with the fitness of one stage; null where it failed. */
export interface MeasuredIndividual extends Individual {
  readonly fitness: number | null;
  /** Fitness tokens that were spared; more than 0 where it was dropped on the way. */
  readonly saved: number;
}

/** A candidate's last event of a stage. */
type Outcome = Extract<MeasureEvent, { fitness: number }>;

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function toEvent(request: MeasureRequest, event: MeasureEvent): SearchEvent {
  const { generation, stageIndex: stage } = request;
  if (event.type === 'training') return { type: 'candidate-training', generation, stage, id: event.id, done: event.done, total: event.total };
  if (event.type === 'measuring') return { type: 'candidate-measuring', generation, stage, id: event.id, done: event.done, total: event.total };
  return outcomeEvent(request, event);
}

function outcomeEvent({ generation, stageIndex: stage }: MeasureRequest, event: Outcome): SearchEvent {
  const { id, fitness, losses } = event;
  const reason = failureOf(event);
  if (reason !== null) {
    return { type: 'candidate-failed', generation, stage, id, reason, fitness: finite(fitness), ...(losses && { losses: [finite(losses[0]), finite(losses[1])] }) };
  }
  if (event.type === 'measured') return { type: 'candidate-measured', generation, stage, id, fitness, ...(losses && { losses }) };
  return { type: 'candidate-dropped', generation, stage, id, fitness, tokens: event.tokens, saved: event.saved, ...(losses && { losses }) };
}

/**
 * Measures one stage. Returns the candidates in the order of the request, or null where `shouldStop` said so before all of them
 * were measured or dropped.
 *
 * @throws MeasurementError where the measuring function does not report each candidate exactly once, or drops the parent
 */
export async function* measureStage(
  measure: Measure,
  request: MeasureRequest,
  shouldStop: () => boolean,
): AsyncGenerator<SearchEvent, MeasuredIndividual[] | null, void> {
  const reported = new Map<string, Pick<MeasuredIndividual, 'fitness' | 'saved'>>();
  const { candidates } = request;
  if (candidates.length === 0) return [];
  for await (const event of measure(request)) {
    if (!candidates.some(({ id }) => id === event.id)) throw new MeasurementError(`"${event.id}" is not in this stage`);
    if (event.type === 'measured' || event.type === 'dropped') {
      if (reported.has(event.id)) throw new MeasurementError(`"${event.id}" was measured twice`);
      if (event.type === 'dropped' && event.id === request.parent.id) throw new MeasurementError('the parent was dropped');
      reported.set(event.id, { fitness: failureOf(event) === null ? event.fitness : null, saved: event.type === 'dropped' ? event.saved : 0 });
    }
    yield toEvent(request, event);
    if (reported.size < candidates.length && shouldStop()) return null;
  }
  return candidates.map((candidate) => {
    const outcome = reported.get(candidate.id);
    if (outcome === undefined) throw new MeasurementError(`"${candidate.id}" was not measured`);
    return { ...candidate, ...outcome };
  });
}
