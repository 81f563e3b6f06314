import { explain } from '../base/explained-error.ts';
import { eventsWhile } from '../base/events-while.ts';
import type { Scope } from '../base/scope.ts';
import { liveWeights } from '../model/live-weights.ts';
import type { OpenModel } from '../model/load-model.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Genome } from '../pruning/level-database.ts';
import { deviceTroubleOf } from '../runtime/device-trouble.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { CompanionFiles } from '../sources/companion-files.ts';
import type { Corpus } from './corpus.ts';
import { ExportDesk } from './exports/export-desk.ts';
import type { ExportProgress } from './exports/export-events.ts';
import { exportName } from './exports/export-subject.ts';
import { answersOf, Prover, referenceOf } from './exports/prover.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';
import { targetMetadata } from './target.ts';

export interface WinnerOptions {
  readonly config: RunConfig;
  readonly context: RunContext;
  /** The model that was pruned, for what the files say of themselves. */
  readonly model: OpenModel;
  readonly companions: CompanionFiles;
  readonly transformer: Transformer;
  readonly winner: ModelWeights;
  readonly genome: Genome;
  readonly corpus: Corpus;
}

/** A runtime that is started when it is first needed and ends with the scope. */
function startedOnce(scope: Scope, start: () => Promise<Runtime>): () => Promise<Runtime> {
  let started: Promise<Runtime> | null = null;
  return () => (started ??= start().then((runtime) => scope.own(runtime)));
}

/** The desk that writes the winner; it needs the winner's weights on the device for as long as it is used. */
export function winnerDesk({ config, context, model, companions, transformer, winner, genome, corpus }: WinnerOptions, scope: Scope): ExportDesk {
  const { runtime, exports } = context;
  const weights = liveWeights(runtime, winner);
  const { otherRuntime } = exports;
  return new ExportDesk({
    subject: {
      name: exportName(model.about),
      weights,
      config: model.config,
      companions,
      about: model.about,
      baseModel: model.baseModel ?? config.model,
      settings: { levels: genome.join(','), ...targetMetadata(config.target), seed: String(config.seed) },
    },
    storage: exports.storage,
    ...(exports.place && { place: exports.place }),
    prover: new Prover({
      reference: () => referenceOf(runtime, transformer, winner, corpus.evaluation),
      weights,
      answers: (others, ids) => answersOf(runtime, transformer, others, ids),
      tokenizer: model.tokenizer,
      runtimes: [async () => runtime, ...(otherRuntime ? [startedOnce(scope, otherRuntime)] : [])],
    }),
  });
}

/** Tells what the model can be had as, and writes the formats that the run was asked for; each ONNX file is opened again before it is offered. */
export async function* exportPhase(desk: ExportDesk, formats: RunConfig['exports']): AsyncGenerator<RunEventBody, void> {
  yield { type: 'exports-planned', name: desk.subject.name, offers: desk.offers() };
  for (const [index, format] of formats.entries()) {
    const writing = async (report: (event: RunEventBody) => void, signal: AbortSignal): Promise<void> => {
      const onProgress = ({ step, done, total }: ExportProgress): void => {
        const share = (step === 'checking' ? 0.5 : 0) + 0.5 * (done / total);
        report({ type: 'phase-progress', phase: 'export', done: index + share, total: formats.length, unit: 'files', note: step });
      };
      try {
        report({ type: 'exported', ...(await desk.write(format, { signal, onProgress })) });
      } catch (error) {
        if (deviceTroubleOf(error) !== null) throw error; // it is opened anew, and the format is written then
        report({ type: 'export-failed', format, explanation: explain(error) }); // what was found by hours of search is not to be lost for it
      }
    };
    yield* eventsWhile(writing, { awaited: true });
  }
}
