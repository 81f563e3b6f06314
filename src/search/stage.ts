import { MeasurementError } from './errors.ts';
import type { Individual, SearchEvent } from './events.ts';
import type { Measure, MeasureEvent, MeasureRequest } from './measure.ts';

/** A candidate with the fitness of one stage; not finite where the measurement broke. */
export interface MeasuredIndividual extends Individual {
  readonly fitness: number;
}

function toEvent({ generation, stageIndex: stage }: MeasureRequest, event: MeasureEvent): SearchEvent {
  if (event.type === 'training') {
    const { id, done, total, loss } = event;
    return { type: 'candidate-training', generation, stage, id, done, total, loss };
  }
  const { id, fitness } = event;
  return Number.isFinite(fitness)
    ? { type: 'candidate-measured', generation, stage, id, fitness }
    : { type: 'not-a-number', generation, stage, id };
}

/**
 * Measures one stage. Returns the candidates in the order of the request, or null where `shouldStop` said so before all of them
 * were measured.
 *
 * @throws MeasurementError where the measuring function does not report each candidate exactly once
 */
export async function* measureStage(
  measure: Measure,
  request: MeasureRequest,
  shouldStop: () => boolean,
): AsyncGenerator<SearchEvent, MeasuredIndividual[] | null, void> {
  const fitness = new Map<string, number>();
  const { candidates } = request;
  if (candidates.length === 0) return [];
  for await (const event of measure(request)) {
    if (!candidates.some(({ id }) => id === event.id)) throw new MeasurementError(`"${event.id}" is not in this stage`);
    if (event.type === 'measured') {
      if (fitness.has(event.id)) throw new MeasurementError(`"${event.id}" was measured twice`);
      fitness.set(event.id, event.fitness);
    }
    yield toEvent(request, event);
    if (fitness.size < candidates.length && shouldStop()) return null;
  }
  return candidates.map((candidate) => {
    const measured = fitness.get(candidate.id);
    if (measured === undefined) throw new MeasurementError(`"${candidate.id}" was not measured`);
    return { ...candidate, fitness: measured };
  });
}
