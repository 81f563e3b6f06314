import { nextTokens } from '../model/token-batches.ts';
import { sumOverPredicted } from '../evaluation/predicted-positions.ts';
import { trainableTensors } from '../model/parameters.ts';
import { prunableParameters, totalParameters } from '../model/spec.ts';
import type { Measurement, Teacher } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import { countDifferences, difference, relativeError } from './difference.ts';
import type { Engine } from './engine.ts';
import type { GoldenFolder } from './golden-folder.ts';
import type { CandidateModels } from './golden-models.ts';
import type { GoldenCandidate } from './golden-schema.ts';

/** The checks of all candidates of one origin. */
interface CandidateChecks {
  readonly shapes: Check;
  readonly parameters: Check;
  readonly kl: Check;
  readonly klTokens: Check;
  readonly loss: Check;
  readonly logits: Check;
}

interface Context {
  readonly folder: GoldenFolder;
  readonly engine: Engine;
  readonly models: CandidateModels;
  /** The dense model's probabilities on the folder's batch. */
  readonly teacher: Teacher;
  readonly checks: CandidateChecks;
}

function makeChecks(folder: GoldenFolder, origin: string): CandidateChecks {
  const measured = (what: string, measure: string, key: string) => new Check(`${what}, candidates, ${origin}`, measure, folder.tolerance(key));
  return {
    shapes: Check.exact(`shapes, candidates, ${origin}`),
    parameters: Check.exact(`parameters, candidates, ${origin}`),
    kl: measured('KL', 'kl_abs or kl_rel', 'kl_abs'),
    klTokens: measured('KL by token', 'kl_abs or kl_rel', 'kl_abs'),
    loss: measured('loss and perplexity', 'loss_rel', 'loss_rel'),
    logits: measured('logits', 'candidate_logits_max_abs', 'candidate_logits_max_abs'),
  };
}

/** A KL may meet either tolerance: adds the error by that one which it meets better. */
function addKl(check: Check, place: string, actual: number, golden: number, { tolerance }: GoldenFolder): void {
  const absolute = { error: Math.abs(actual - golden), tolerance: tolerance('kl_abs') };
  const relative = { error: relativeError(actual, golden), tolerance: tolerance('kl_rel') };
  const closer = relative.error * absolute.tolerance < absolute.error * relative.tolerance ? relative : absolute;
  check.add(place, closer.error, closer.tolerance);
}

/** Kept heads and channels of every layer, as the database has them and as the model's tensors show them. */
function checkShapes({ models, checks }: Context, candidate: GoldenCandidate): void {
  const entries = models.entries(candidate);
  checks.shapes.add(`candidate.${candidate.index}, layers`, Math.abs(entries.length / 2 - candidate.shapes.length));
  candidate.shapes.forEach(({ q, kv, channels }, layer) => {
    const [attention, mlp] = entries.slice(2 * layer, 2 * layer + 2);
    const place = `candidate.${candidate.index}, layer ${layer}`;
    const heads = countDifferences(attention?.heads ?? [], q) + countDifferences(attention?.kvHeads ?? [], kv);
    checks.shapes.add(place, heads + (mlp?.channels === channels ? 0 : 1));
  });
}

/** Counts by the spec, and the elements that are really on the device (the norms of removed modules are not). */
function checkParameters({ checks }: Context, candidate: GoldenCandidate, weights: ModelWeights): void {
  const { spec, modules } = weights;
  const elements = [...trainableTensors(weights).values()].reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const unusedNorms = modules.filter((module) => module === null).length * spec.hidden;
  const add = (what: string, actual: number, golden: number) => {
    checks.parameters.add(`candidate.${candidate.index}, ${what}`, Math.abs(actual - golden));
  };
  add('total_params', totalParameters(spec), candidate.total_params);
  add('prunable_params', prunableParameters(spec), candidate.prunable_params);
  add('elements', elements + unusedNorms, candidate.total_params);
}

/** Both programs that compute the KL, and the loss. */
async function checkMeasurement(
  { folder, checks }: Context,
  candidate: GoldenCandidate,
  fitness: Float32Array,
  measured: Measurement,
): Promise<void> {
  const { batch, tensors } = folder;
  const name = `candidate.${candidate.index}`;
  const golden = await tensors.numbers(`${name}/kl_tokens`); // [sequences, length]
  const shaped = golden.shape.join() === [batch.sequences, batch.length].join();
  if (!shaped) checks.klTokens.add(`${name}/kl_tokens`, Infinity);
  for (const [way, kl] of [['head.kl', fitness], ['head.measure', measured.kl]] as const) {
    const { sum, count } = sumOverPredicted(kl, batch);
    addKl(checks.kl, `${name}, ${way}`, sum / count, candidate.kl, folder);
    kl.forEach((value, token) => addKl(checks.klTokens, `${name}, ${way}, token ${token}`, value, golden.values[token] ?? Number.NaN, folder));
  }
  const { sum, count } = sumOverPredicted(measured.nll, batch);
  checks.loss.add(`${name}, ce`, relativeError(sum / count, candidate.ce));
  checks.loss.add(`${name}, ppl`, relativeError(Math.exp(sum / count), candidate.ppl));
}

async function checkCandidate(context: Context, candidate: GoldenCandidate): Promise<void> {
  const { folder, engine, models, teacher, checks } = context;
  const { transformer } = engine;
  const { batch, tensors } = folder;
  checkShapes(context, candidate);
  using lease = await models.model(candidate).lease();
  const { weights } = lease;
  checkParameters(context, candidate, weights);
  using hidden = await transformer.hidden(weights, batch); // [tokens, d]
  const kl = await transformer.kl(teacher, weights, hidden);
  await checkMeasurement(context, candidate, kl, await transformer.measure(teacher, weights, hidden, nextTokens(batch)));
  const stored = `candidate.${candidate.index}/logits`;
  if (!tensors.has(stored)) return;
  const actual = { values: await transformer.logits(weights, hidden), shape: [batch.sequences, batch.length, weights.spec.vocabulary] };
  checks.logits.add(stored, difference(actual, await tensors.numbers(stored)).maxAbs);
}

/** Every candidate as the small model itself: its shape, size, KL, loss and, where the folder has them, its logits. */
export async function* checkCandidates(folder: GoldenFolder, engine: Engine, models: CandidateModels): AsyncGenerator<Row> {
  const { transformer, dense } = engine;
  const checks = makeChecks(folder, models.origin);
  using hidden = await transformer.hidden(dense, folder.batch); // [tokens, d]
  using teacher = await transformer.teacher(dense, hidden);
  for (const candidate of folder.golden.candidates) await checkCandidate({ folder, engine, models, teacher, checks }, candidate);
  for (const check of Object.values<Check>({ ...checks })) yield check.row;
}
