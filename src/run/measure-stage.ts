import { fitnessOf } from '../evaluation/fitness.ts';
import { MeasuringSet, sequencesWithTeacher } from '../evaluation/measuring-set.ts';
import { type CandidateSums, StageSums } from '../evaluation/stage-sums.ts';
import { Scope } from '../base/scope.ts';
import { toBatch } from '../model/token-batches.ts';
import type { Tensor } from '../runtime/runtime.ts';
import type { Measure, MeasureEvent, MeasureRequest } from '../search/measure.ts';
import type { MeasuredStage, MeasuringOptions } from './measured-stage.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';
import { scoreBatch } from './score-batch.ts';
import { trainAndScore } from './train-and-score.ts';

/**
 * The search's measuring function on real models: every candidate of a stage sees the same sequences, drawn anew for each
 * generation and stage. Where nothing is trained, what candidates have in common from the first module on is run once. All
 * numbers stay on the device until the stage is over, and are read at once; what comes before tells of progress only.
 */
export function createMeasure(options: MeasuringOptions): Measure {
  return (request) => measureStage(options, request);
}

async function* measureStage(options: MeasuringOptions, request: MeasureRequest): AsyncGenerator<MeasureEvent, void> {
  await using scope = new Scope();
  const { transformer, dense, fitnessPool, runtime } = options;
  const drawn = drawSequences(options, request);
  const batches = drawn.map((indices) => toBatch(fitnessPool, indices));
  const set = scope.own(await MeasuringSet.create(transformer, dense, batches, (index) => denseHidden(options, drawn[index] ?? [])));
  const sums = scope.own(new StageSums(runtime, request.candidates.length, drawn.flat().length));
  const trains = request.stage.trainingTokens > 0;
  yield* trains ? trainAndScore(options, { request, set, sums }) : scoreAll(options, { request, set, sums });
  for (const [index, candidate] of (await sums.read()).entries()) {
    const { id } = request.candidates[index] ?? { id: '' };
    yield { type: 'measured', id, fitness: fitnessOf(options.fitness, candidate.sequences, fitnessPool.length), ...(trains && lossesOf(candidate)) };
  }
}

const lossesOf = ({ losses }: CandidateSums): { losses: CandidateSums['losses'] } => ({ losses });

/** The stage's fitness sequences by index into the pool, parted into batches, whose teacher is kept while all candidates are compared with it. */
function drawSequences({ fitnessPool, dense, seed, sequencesPerBatch }: MeasuringOptions, { generation, stageIndex, stage }: MeasureRequest): number[][] {
  const wanted = sequencesFor(stage.fitnessTokens, fitnessPool.length);
  const indices = drawIndices(fitnessPool.sequences, wanted, seed, 'fitness', generation, stageIndex);
  const size = Math.max(1, Math.min(sequencesPerBatch, sequencesWithTeacher(fitnessPool.length, dense.spec.vocabulary)));
  const batches = Math.ceil(indices.length / size);
  return Array.from({ length: batches }, (_, batch) => indices.slice(batch * size, (batch + 1) * size));
}

async function denseHidden({ denseStates, count }: MeasuringOptions, indices: readonly number[]): Promise<Tensor> {
  const { hidden, ran } = await denseStates.hidden(indices);
  count({ forward: ran });
  return hidden;
}

/** All candidates as the database has them, a batch at a time. */
async function* scoreAll(options: MeasuringOptions, stage: MeasuredStage): AsyncGenerator<MeasureEvent, void> {
  const { candidates } = stage.request;
  const total = stage.set.batches.reduce((sum, { ids }) => sum + ids.length, 0);
  let done = 0;
  let first = 0;
  for (const [index, batch] of stage.set.batches.entries()) {
    done += batch.ids.length;
    for await (const member of scoreBatch(options, stage, index, first, [...candidates.keys()])) {
      yield { type: 'measuring', id: candidates[member]?.id ?? '', done, total };
    }
    first += batch.sequences;
  }
}
