import * as v from 'valibot';
import { formatIds } from '../export/formats.ts';
import type { Genome } from '../pruning/level-database.ts';
import { phases } from '../run/phases.ts';
import { runConfigSchema, searchChangesSchema, stageSchema } from '../run/run-config.ts';
import type { RunEvent } from '../run/run-events.ts';
import { failureReasons } from '../search/failure.ts';

/**
 * The form of every event, for files that somebody hands in. Bounds hold whatever is counted to or allocated by; keys that are not
 * known are left out. A number that JSON cannot write (it becomes null) is "not a number" again where a measurement may be that;
 * what the browser stored is that still.
 */

const number = v.pipe(v.number(), v.finite());
const amount = v.pipe(number, v.minValue(0));
const whole = (maximum: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maximum));
const count = whole(Number.MAX_SAFE_INTEGER);
const measured = v.pipe(
  v.nullable(v.union([v.number(), v.nan()])),
  v.transform((value) => value ?? Number.NaN),
);

const isLevel = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 64;

const generation = whole(100_000);
const stage = whole(7);
const id = v.pipe(v.string(), v.regex(/^\d{1,7}\.\d{1,4}$/));
const module = whole(4095);
/** As the library names runs. */
const runId = v.pipe(v.string(), v.regex(/^[a-z0-9]{1,32}$/));
/** A check of its own for the whole list: levels are most of what a long recording holds. */
const genome = v.custom<Genome>((value) => Array.isArray(value) && value.length <= 4096 && value.every(isLevel), 'at most 4096 levels, whole numbers from 0 to 64');
const text = v.string();
/** Shown as a link, so it has to be one. */
const address = v.pipe(text, v.regex(/^https?:\/\//));

const backend = v.picklist(['webgpu', 'wasm']);
const granularity = v.picklist(['query-head', 'kv-group']);
export const explanation = v.object({ what: text, means: text, remedy: text, action: v.exactOptional(v.literal('make-room')) });
export const parent = v.object({ id, genome, size: amount, cost: v.exactOptional(amount) });
const offspring = v.object({ id, genome, size: amount, cost: v.exactOptional(amount), changed: v.array(module) });
const ids = v.array(id);

const moduleSummary = v.object({
  layer: whole(2047),
  kind: v.picklist(['attention', 'mlp']),
  structures: count,
  levels: v.pipe(v.array(v.object({ kept: count, parameters: count, loss: number })), v.minLength(1), v.maxLength(65)),
});

const scaling = v.variant('type', [
  v.object({ type: v.literal('linear'), factor: number }),
  v.object({ type: v.literal('dynamic'), factor: number, originalPositions: count }),
  v.object({ type: v.literal('llama3'), factor: number, lowFrequencyFactor: number, highFrequencyFactor: number, originalPositions: count }),
]);

const layers = <Layer extends v.GenericSchema>(layer: Layer) => v.pipe(v.array(layer), v.maxLength(2048));

const spec = v.object({
  family: text,
  vocabulary: count,
  hidden: count,
  headDim: count,
  rmsEpsilon: number,
  rotary: v.object({ theta: number, scaling: v.nullable(scaling) }),
  maxPositions: count,
  tiedHead: v.boolean(),
  qkvBias: v.boolean(),
  outputBias: v.boolean(),
  mlpBias: v.boolean(),
  qkNorm: v.boolean(),
  windows: v.nullable(layers(v.nullable(count))),
  layers: layers(v.object({ queryGroups: v.pipe(v.array(count), v.maxLength(4096)), channels: count })),
});

export const model = v.object({
  id: v.pipe(text, v.minLength(1)),
  family: text,
  layers: whole(2048),
  parameters: count,
  prunable: count,
  hidden: count,
  vocabulary: count,
  spec,
  about: v.object({ name: text, licence: v.nullable(text), card: v.nullable(address), revision: v.nullable(text) }),
  chat: v.exactOptional(v.boolean()),
});

export const quality = v.object({ perplexity: measured, kl: measured, agreement: measured });
export const speed = v.object({
  prefillTokens: count,
  prefillTokensPerSecond: amount,
  decodeTokens: count,
  decodeTokensPerSecond: amount,
  runs: count,
});

const resultModule = v.object({
  layer: whole(2047),
  kind: v.picklist(['attention', 'mlp']),
  level: whole(64),
  nominalLevel: whole(64),
  heads: v.array(count),
  kvHeads: v.array(count),
  channels: count,
});
const parameterCounts = v.object({ total: count, prunable: count });
const profile = v.object({
  phases: v.pipe(v.array(v.object({ phase: v.picklist(phases), seconds: amount, flop: amount, forwardTokens: amount, trainedTokens: amount })), v.maxLength(phases.length)),
  programs: v.pipe(v.array(v.object({ name: text, runs: count, seconds: amount, gpuSeconds: v.nullable(amount) })), v.maxLength(4096)),
  traffic: v.object({ uploads: count, uploadedBytes: amount, readbacks: count, readBytes: amount }),
  hostSeconds: amount,
  peakFlops: v.nullable(amount),
  memory: v.object({ tensors: count, bytes: amount, peakBytes: amount }),
});

export const result = v.object({
  version: v.literal(1),
  modules: v.pipe(v.array(resultModule), v.maxLength(4096)),
  parameters: v.object({ dense: parameterCounts, pruned: parameterCounts }),
  heldOut: v.object({ tokens: count, dense: quality, uniform: quality, winner: quality, searched: v.exactOptional(quality) }),
  speed: v.exactOptional(v.object({ dense: speed, uniform: speed, winner: speed })),
  seconds: v.object(v.entriesFromList(phases, v.exactOptional(amount))),
  tokens: v.object({ forward: count, trained: count }),
  peakBytes: amount,
  profile: v.exactOptional(profile),
  stopped: v.boolean(),
});

const format = v.picklist(formatIds);
const check = v.object({
  backend,
  tokens: count,
  maxAbsoluteError: measured,
  relativeError: measured,
  agreement: measured,
  perplexity: measured,
  candidatePerplexity: measured,
  sample: v.object({ prompt: text, text }),
});
const offer = v.object({
  format,
  files: v.array(v.object({ path: text, bytes: amount })),
  unavailable: v.nullable(v.object({ reason: text, remedy: text })),
});

const event = <Type extends RunEvent['type'], Entries extends v.ObjectEntries>(type: Type, entries: Entries) =>
  v.object({ type: v.literal(type), at: amount, ...entries });
const ofPhase = { phase: v.picklist(phases) };
const ofCandidate = { generation, stage, id };
const losses = v.exactOptional(v.tuple([measured, measured]));

const beginning = [
  event('run-started', { version: v.literal(1), config: runConfigSchema, startedAt: v.pipe(text, v.isoTimestamp()), run: v.exactOptional(runId) }),
  event('run-resumed', {
    events: count,
    why: v.picklist(['returned', 'device-lost', 'engine-broke']),
    resumedAt: v.pipe(text, v.isoTimestamp()),
    losses: v.exactOptional(count),
    smaller: v.exactOptional(v.boolean()),
    note: v.exactOptional(text),
  }),
  event('restoring', { done: amount, total: amount, unit: text, note: v.exactOptional(text) }),
  event('device-lost', { kind: v.picklist(['lost', 'out-of-memory']), reason: text, losses: count, next: v.picklist(['again', 'smaller', 'give-up']) }),
  event('slept', { seconds: amount }),
  event('device', { device: v.object({ backend, label: text, reason: text, threads: count }) }),
  event('phase-started', ofPhase),
  event('phase-progress', { ...ofPhase, done: amount, total: amount, unit: text, note: v.exactOptional(text) }),
  event('phase-finished', { ...ofPhase, seconds: amount }),
  event('estimate', { phaseSeconds: v.nullable(amount), runSeconds: v.nullable(amount), flops: v.nullable(amount) }),
  event('memory', { tensors: count, bytes: amount, peakBytes: amount }),
  event('profile', { profile }),
  event('memory-planned', { needed: v.object({ gpu: amount, memory: amount, storage: amount }), verdict: v.picklist(['fits', 'tight', 'too-large', 'unknown']) }),
  event('model-loaded', { model }),
  event('corpus-ready', {
    length: count,
    sets: v.array(v.object({ use: v.picklist(['calibration', 'fitness', 'training', 'validation', 'evaluation']), tokens: count, text })),
  }),
  event('module-progress', { module, done: count, total: count }),
  event('module-pruned', { module, summary: moduleSummary, fallbacks: count, onDevice: v.exactOptional(v.object({ refreshes: count, drift: amount })), dampingRaised: v.exactOptional(amount) }),
  event('database-ready', { granularity, modules: v.pipe(v.array(moduleSummary), v.maxLength(4096)), bytes: amount }),
] as const;

const latencyTable = v.object({
  measure: v.picklist(['decode', 'prefill']),
  tokens: count,
  rounds: count,
  fixed: number,
  unit: count,
  entries: v.pipe(
    v.array(v.object({ kind: v.picklist(['attention', 'mlp']), heads: count, kvHeads: count, channels: count, parameters: count, measured: number, cost: amount })),
    v.maxLength(8192),
  ),
});

const searching = [
  event('latency-measured', { table: latencyTable, dense: amount, most: amount }),
  event('search-started', { dense: amount, least: amount, most: amount, tolerance: amount, unit: v.exactOptional(v.literal('nanoseconds')), uniform: parent, strategy: v.picklist(['evolution', 'random', 'uniform']) }),
  event('generation-started', {
    generation,
    generations: generation,
    parent,
    offspring: v.pipe(v.array(offspring), v.maxLength(64)),
    stages: v.pipe(v.array(stageSchema), v.minLength(1), v.maxLength(8)),
  }),
  event('candidate-training', { ...ofCandidate, done: amount, total: amount, loss: v.exactOptional(measured) }),
  event('candidate-measuring', { ...ofCandidate, done: amount, total: amount }),
  event('candidate-measured', { ...ofCandidate, fitness: number, losses }),
  event('candidate-failed', { ...ofCandidate, reason: v.picklist(failureReasons), fitness: v.nullable(number), losses: v.exactOptional(v.tuple([v.nullable(number), v.nullable(number)])) }),
  event('not-a-number', { ...ofCandidate, losses }),
  event('candidate-dropped', { ...ofCandidate, fitness: number, tokens: count, saved: count, losses }),
  event('stage-finished', { generation, stage, survivors: ids, eliminated: ids, tied: v.exactOptional(ids) }),
  event('generation-finished', {
    generation,
    parent,
    fitness: v.nullable(number),
    previousParentFitness: v.nullable(number),
    replaced: v.boolean(),
    forwardTokens: amount,
    trainedTokens: amount,
  }),
  event('settings-changed', { generation, before: searchChangesSchema, after: searchChangesSchema }),
  event('parent-chosen', { generation, before: parent, parent }),
  event('search-finished', { winner: parent, fitness: v.nullable(number), stopped: v.boolean() }),
] as const;

const ending = [
  event('post-training-step', { tokens: amount, total: amount, loss: measured, learningRate: number }),
  event('post-training-measured', { tokens: amount, kl: measured, perplexity: measured, best: v.boolean() }),
  event('evaluated', { which: v.picklist(['dense', 'uniform', 'searched', 'winner']), quality, tokens: count }),
  event('speed-measured', { which: v.picklist(['dense', 'uniform', 'winner']), speed }),
  event('exports-planned', { name: text, offers: v.array(offer) }),
  event('exported', { format, files: v.array(v.object({ path: text, size: amount, sha256: text })), check: v.nullable(check), notChecked: v.nullable(text) }),
  event('export-failed', { format, explanation }),
  event('warning', { explanation }),
  event('run-finished', { result }),
  event('run-failed', { explanation }),
] as const;

const all = [...beginning, ...searching, ...ending] as const;

/** What the schema lets through; a test compares it with {@link RunEvent}, key by key. */
export type ParsedEvent = v.InferOutput<(typeof all)[number]>;

/** By the type of event that each describes; there is none for types that this version does not know. */
export const eventSchemas: ReadonlyMap<string, v.GenericSchema<unknown, RunEvent>> = new Map(all.map((schema) => [schema.entries.type.literal, schema]));
