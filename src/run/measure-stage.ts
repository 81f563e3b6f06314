import { MeasuringSet, sequencesWithTeacher } from '../evaluation/measuring-set.ts';
import { StageSums } from '../evaluation/stage-sums.ts';
import { Scope } from '../base/scope.ts';
import { toBatch } from '../model/token-batches.ts';
import type { Tensor } from '../runtime/runtime.ts';
import type { Measure, MeasureEvent, MeasureRequest } from '../search/measure.ts';
import { outcomeOf } from './candidate-outcome.ts';
import type { MeasuredStage, MeasuringOptions } from './measured-stage.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';
import { scoreBatch, statesThatFit } from './score-batch.ts';
import { droppedOf, StageRace } from './stage-race.ts';
import { trainAndScore } from './train-and-score.ts';

/**
 * The search's measuring function on real models: every candidate of a stage sees the same sequences, drawn anew for each
 * generation and stage. Where nothing is trained, what candidates have in common is run once, and modules that they have alike in one run. All
 * numbers stay on the device until the stage is over, and are read at once; what comes before tells of progress only. Where
 * candidates may be dropped early they are also read at each look.
 */
export function createMeasure(options: MeasuringOptions): Measure {
  return (request) => measureStage(options, request);
}

async function* measureStage(options: MeasuringOptions, request: MeasureRequest): AsyncGenerator<MeasureEvent, void> {
  await using scope = new Scope();
  const { transformer, dense, fitnessPool, runtime } = options;
  const wanted = sequencesFor(request.stage.fitnessTokens, fitnessPool.length);
  const race = options.earlyStop && StageRace.of(request, wanted, options.earlyStop.confidence);
  const drawn = drawSequences(options, request, race?.rounds ?? [wanted]);
  const batches = drawn.map((indices) => toBatch(fitnessPool, indices));
  const set = scope.own(await MeasuringSet.create(transformer, dense, batches, (index) => denseHidden(options, drawn[index] ?? [])));
  const sums = scope.own(new StageSums(runtime, request.candidates.length, wanted));
  const stage: MeasuredStage = { request, set, sums, race };
  yield* request.stage.trainingTokens > 0 ? trainAndScore(options, stage) : scoreAll(options, stage);
  const values = await sums.read();
  for (const member of request.candidates.keys()) {
    if (!race?.dropped.has(member)) yield { type: 'measured', ...outcomeOf(options, request, member, values, wanted) };
  }
}

/**
 * The stage's fitness sequences by index into the pool, parted into its rounds and those into batches, whose teacher is kept while all
 * candidates are compared with it, and of which the states of all that go through side by side fit.
 */
function drawSequences(options: MeasuringOptions, { generation, stageIndex, stage, candidates }: MeasureRequest, rounds: readonly number[]): number[][] {
  const { fitnessPool, dense, seed, sequencesPerBatch, stateBytes } = options;
  const wanted = rounds.reduce((sum, size) => sum + size, 0);
  const indices = drawIndices(fitnessPool.sequences, wanted, seed, 'fitness', generation, stageIndex);
  const abreast = stage.trainingTokens > 0 ? Infinity : statesThatFit(stateBytes, fitnessPool.length * candidates.length, dense.spec.hidden);
  const size = Math.max(1, Math.min(sequencesPerBatch, sequencesWithTeacher(fitnessPool.length, dense.spec.vocabulary), abreast));
  let first = 0;
  return rounds.flatMap((length) => {
    const round = indices.slice(first, (first += length));
    return Array.from({ length: Math.ceil(length / size) }, (_, batch) => round.slice(batch * size, (batch + 1) * size));
  });
}

async function denseHidden({ denseStates, count }: MeasuringOptions, indices: readonly number[]): Promise<Tensor> {
  const { hidden, ran } = await denseStates.hidden(indices);
  count({ forward: ran });
  return hidden;
}

/** All candidates as the database has them, a batch at a time, without those that were dropped. */
async function* scoreAll(options: MeasuringOptions, stage: MeasuredStage): AsyncGenerator<MeasureEvent, void> {
  const { candidates } = stage.request;
  let running: readonly number[] = [...candidates.keys()];
  const total = stage.set.batches.reduce((sum, { ids }) => sum + ids.length, 0);
  let done = 0;
  let first = 0;
  for (const [index, batch] of stage.set.batches.entries()) {
    for await (const { member, tokens } of scoreBatch(options, stage, index, first, running)) {
      yield { type: 'measuring', id: candidates[member]?.id ?? '', done: done + tokens, total };
    }
    done += batch.ids.length;
    first += batch.sequences;
    if (!stage.race?.looksAfter(first)) continue;
    const seen = { values: await stage.sums.read(), sequences: first };
    for (const member of stage.race.look(running, seen)) yield droppedOf(options, stage.request, member, seen);
    running = running.filter((member) => !stage.race?.dropped.has(member));
  }
}
