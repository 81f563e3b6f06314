import { kvHeads, moduleIds, outputColumns, prunableParameters, queryHeads, totalParameters, type LayerShape, type ModelSpec, type ModuleId } from '../model/spec.ts';
import { attentionStructures } from '../pruning/attention-structures.ts';
import { nominalLevels } from '../pruning/nominal-levels.ts';
import { passBytes } from '../pruning/obs-shape.ts';
import type { DeviceLimits, Place } from './device-limits.ts';
import { budgets } from './memory-budgets.ts';
import type { RunConfig } from './run-config.ts';
import { sequenceLength } from './sequence-length.ts';
import { mostKept } from './target.ts';
import { writingContext } from './writing-context.ts';

export interface PlanRow {
  readonly part: 'program' | 'weights' | 'calibration' | 'pruning' | 'database' | 'candidates' | 'training' | 'activations' | 'head' | 'export' | 'checkpoint';
  /** For people, with the numbers that make it up. */
  readonly detail: string;
  readonly bytes: number;
  readonly place: Place;
  /** When it is there. */
  readonly during: readonly Moment[];
  /** Where there is no room for it the run goes on without: its checkpoint. */
  readonly dispensable?: true;
}

/** Times of a run that differ in what lies in memory. */
const moments = ['calibrate', 'cut', 'search', 'post-train', 'export'] as const;
type Moment = (typeof moments)[number];

const afterCutting: readonly Moment[] = ['search', 'post-train', 'export'];

/** Bytes of a float32. */
const F32 = 4;
/** Bytes of a float64. */
const F64 = 8;

interface Sizes {
  readonly config: RunConfig;
  readonly spec: ModelSpec;
  readonly limits: DeviceLimits;
  /** Where tensors lie. */
  readonly device: Place;
  /** Input columns of every module's output projection. */
  readonly columns: readonly number[];
  /** Bytes of all modules at the target, at most. */
  readonly smallModules: number;
  /** Bytes of the embedding, and of the head where it is a table of its own. */
  readonly tables: number;
  readonly trains: boolean;
  readonly length: number;
}

function sizesOf(config: RunConfig, spec: ModelSpec, limits: DeviceLimits): Sizes {
  return {
    config,
    spec,
    limits,
    device: limits.backend === 'webgpu' ? 'gpu' : 'memory',
    columns: moduleIds(spec).map((id) => outputColumns(spec, id)),
    smallModules: prunableParameters(spec) * mostKept(config.target, spec) * F32,
    tables: spec.vocabulary * spec.hidden * (spec.tiedHead ? 1 : 2) * F32,
    trains: config.postTraining.tokens > 0 || (config.search.strategy !== 'uniform' && config.search.stages.some(({ trainingTokens }) => trainingTokens > 0)),
    length: sequenceLength(config, spec),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Bytes of the level database: the output projections `[d, kept]` of every level between dense and removed. */
function databaseBytes({ config, spec }: Sizes, elementBytes: number): number {
  const kept = moduleIds(spec).map((id) => {
    const columns = outputColumns(spec, id);
    const shape = spec.layers[id.layer];
    const heads = config.granularity === 'kv-group' ? (shape?.queryGroups.length ?? 0) : shape ? queryHeads(shape) : 0;
    const structures = id.kind === 'mlp' ? columns : heads;
    if (structures === 0) return 0;
    const between = nominalLevels(structures, config.levels).slice(1, -1);
    return sum(between.map(({ removed }) => (1 - removed / structures) * columns));
  });
  return sum(kept) * spec.hidden * elementBytes;
}

function weightRows({ spec, device }: Sizes): PlanRow[] {
  const bytes = totalParameters(spec) * F32;
  return [{ part: 'weights', detail: 'The whole model in float32', bytes, place: device, during: moments }];
}

/** What is kept in memory up to a budget and in storage beyond it. */
function spilled(row: Omit<PlanRow, 'place'>, budget: number): PlanRow[] {
  const kept = Math.min(row.bytes, budget);
  const aside = row.bytes - kept;
  return [{ ...row, bytes: kept, place: 'memory' }, ...(aside > 0 ? [{ ...row, bytes: aside, place: 'storage' as const }] : [])];
}

function calibrationRows({ config, spec, columns, device }: Sizes): PlanRow[] {
  const widest = Math.max(...columns);
  const packed = sum(columns.map((width) => ((width * (width + 1)) / 2) * F64));
  const hidden = Math.min(config.calibrationTokens * spec.hidden * F32, budgets.hidden);
  const tokens = config.calibrationTokens.toLocaleString('en');
  return [
    { part: 'calibration', detail: `Hidden states of ${tokens} tokens`, bytes: hidden, place: device, during: ['calibrate'] },
    { part: 'calibration', detail: 'The Hessian of one module', bytes: widest ** 2 * (F64 + F32), place: 'memory', during: ['calibrate'] },
    ...spilled({ part: 'calibration', detail: `Hessians of ${columns.length} modules`, bytes: packed, during: ['calibrate', 'cut'] }, budgets.hessians),
  ];
}

/** What the greedy pass over a module works in, bytes. */
function passOf({ config, spec }: Sizes, id: ModuleId): number {
  const columns = outputColumns(spec, id);
  const groups = spec.layers[id.layer]?.queryGroups ?? [];
  if (columns === 0) return 0;
  const size = id.kind === 'mlp' ? 1 : attentionStructures(groups, config.granularity).sizes.map((heads) => heads * spec.headDim);
  return passBytes(columns, spec.hidden, size);
}

/** One module at work: H, the memory of the pass, a copy of the weight, and its levels. */
function pruningRows(sizes: Sizes): PlanRow[] {
  const { config, spec, limits, columns } = sizes;
  const widest = Math.max(...columns);
  const matrices = widest ** 2 * F64 + Math.max(...moduleIds(spec).map((id) => passOf(sizes, id))) + widest * spec.hidden * F32;
  const levels = ((config.levels - 1) / 2) * widest * spec.hidden * F32;
  const workers = Math.min(limits.pruneWorkers, columns.length);
  const detail = `${workers} ${workers === 1 ? 'module' : 'modules'} being cut at once, in float64`;
  return [{ part: 'pruning', detail, bytes: workers * (matrices + levels), place: 'memory', during: ['cut'] }];
}

/** One MLP on the graphics card: P, the Gram matrix and room for one of them, the weight twice. On the host those that wait for it, besides what inverts them. */
function devicePruningRows({ config, spec, device, limits }: Sizes): PlanRow[] {
  if (config.databaseOn === 'cpu' || device !== 'gpu') return [];
  const widest = Math.max(...spec.layers.map(({ channels }) => channels));
  const there = (3 * widest ** 2 + 2 * widest * spec.hidden) * F32;
  const waiting = Math.min(limits.pruneWorkers, spec.layers.length) * (widest ** 2 * (F64 + F32) + 2 * widest * spec.hidden * F32);
  return [
    { part: 'pruning', detail: 'One MLP being cut on the graphics card, in float32', bytes: there, place: device, during: ['cut'] },
    { part: 'pruning', detail: 'Hessians and inverses of those that wait for it', bytes: waiting, place: 'memory', during: ['cut'] },
  ];
}

function databaseRows(sizes: Sizes): PlanRow[] {
  const half = sizes.config.databasePrecision === 'float16';
  const bytes = databaseBytes(sizes, half ? F32 / 2 : F32);
  const detail = `Output projections of every level in ${sizes.config.databasePrecision}`;
  return spilled({ part: 'database', detail, bytes, during: ['cut', ...afterCutting] }, budgets.levelWeights);
}

/** What the checkpoint has of the database beside what lies in storage anyway: its levels are written once, and read from there beyond the budget. */
function savedDatabaseRows(sizes: Sizes): PlanRow[] {
  const [{ bytes = 0 } = {}] = databaseRows(sizes);
  if (bytes === 0) return [];
  return [{ part: 'checkpoint', detail: 'The levels that are kept in memory, saved', bytes, place: 'storage', during: ['cut', ...afterCutting], dispensable: true }];
}

/** The gathered modules of the parent and of what its offspring change. */
function candidateRows({ config, spec, device, smallModules }: Sizes): PlanRow[] {
  const every = ((config.levels - 1) / 2) * prunableParameters(spec) * F32;
  const bytes = Math.min(every, budgets.moduleCache(smallModules));
  return [{ part: 'candidates', detail: 'Modules of the candidates that are being compared', bytes, place: device, during: afterCutting }];
}

/** Saves of training on the disk at once: that of the last commit and of the one before, and the next while it is written. */
const savesAtOnce = 3;

/** What training changes, bytes. */
function trainedBytes({ config, spec, smallModules, tables }: Sizes): number {
  const norms = (2 * spec.layers.length + 1) * spec.hidden * F32;
  return smallModules + norms + (config.trainEmbeddings ? tables : 0);
}

/** Post-training is saved as it goes: its weights, their two moments and the best weights. */
function savedTrainingRows(sizes: Sizes): PlanRow[] {
  if (sizes.config.postTraining.tokens === 0) return [];
  const bytes = savesAtOnce * 4 * trainedBytes(sizes);
  return [{ part: 'checkpoint', detail: `Weights, two AdamW moments and the best weights of post-training, saved, ${savesAtOnce} times at most`, bytes, place: 'storage', during: ['post-train', 'export'], dispensable: true }];
}

/** Weights of one candidate, its gradients and the two moments of AdamW; post-training also keeps the best on the host. */
function trainingRows(sizes: Sizes): PlanRow[] {
  const { config, device, trains } = sizes;
  if (!trains) return [];
  const trained = trainedBytes(sizes);
  const what = config.trainEmbeddings ? 'with the embedding' : 'without the embedding';
  const detail = `Weights, gradients and two AdamW moments of one candidate, ${what}`;
  const during: Moment[] = config.search.stages.some(({ trainingTokens }) => trainingTokens > 0) ? ['search', 'post-train'] : ['post-train'];
  const rows: PlanRow[] = [{ part: 'training', detail, bytes: 4 * trained, place: device, during }];
  if (config.postTraining.tokens > 0) {
    rows.push({ part: 'training', detail: 'The best weights of post-training so far', bytes: trained, place: 'memory', during: ['post-train'] });
  }
  return rows;
}

/** Values of a token that a training step keeps of all modules besides their inputs: results of matrix products. */
function productsKept(config: RunConfig, spec: ModelSpec): number {
  const inLayer = (shape: LayerShape): number => 2 * shape.channels + 2 * (queryHeads(shape) + kvHeads(shape)) * spec.headDim;
  return sum(spec.layers.map(inLayer)) * mostKept(config.target, spec);
}

/** Tokens of all candidates of an untrained stage on a batch, at most. */
function tokensAbreast({ config, length }: Sizes): number {
  const untrained = config.search.stages.filter(({ trainingTokens }) => trainingTokens === 0).map(({ fitnessTokens }) => Math.min(fitnessTokens, Math.max(length, config.batchTokens)));
  return (config.search.offspring + 1) * Math.max(0, ...untrained);
}

/** Hidden states of untrained candidates before a module and behind it, a state of one sequence at least, with what is joined of them. */
function candidateStates(sizes: Sizes): number {
  const { config, spec, length } = sizes;
  const abreast = tokensAbreast(sizes);
  if (abreast === 0) return 0;
  const token = spec.hidden * F32;
  const joined = Math.min(abreast, Math.max(length, config.batchTokens));
  return Math.max(2 * length * token, Math.min(2 * abreast * token, budgets.candidateStates)) + joined * token;
}

/** What enters each module is kept for the way back; untrained candidates go through them side by side; one module's insides come on top. */
function activationRows(sizes: Sizes): PlanRow[] {
  const { config, spec, device, columns, length, trains } = sizes;
  const inputs = Math.max(trains ? length * (columns.length + 2) * spec.hidden * F32 : 0, candidateStates(sizes));
  const products = trains ? length * productsKept(config, spec) * F32 : 0;
  const tokens = Math.max(length, Math.min(config.batchTokens, Math.max(config.calibrationTokens, tokensAbreast(sizes))));
  const heads = Math.max(...spec.layers.map(queryHeads));
  const inside = tokens * (6 * spec.hidden + 4 * Math.max(...columns) + 3 * heads * length) * F32;
  const detail = `${trains ? 'Inputs of all modules, products that training keeps' : 'Hidden states of the candidates side by side'}, and the inside of one for ${tokens.toLocaleString('en')} tokens`;
  return [{ part: 'activations', detail, bytes: inputs + products + inside, place: device, during: moments }];
}

/** The dense model's final hidden states of the fitness pool, kept on the device. */
function poolRows({ spec, device }: Sizes): PlanRow[] {
  const bytes = Math.min(budgets.denseStates, budgets.fitnessPool * spec.hidden * F32);
  return [{ part: 'activations', detail: "The dense model's final hidden states of the fitness sequences", bytes, place: device, during: ['search'] }];
}

/** Keys and values of two texts side by side, while models are tried or timed. */
function writingRows({ spec, device }: Sizes): PlanRow[] {
  const heads = sum(spec.layers.map(kvHeads));
  const bytes = 2 * 2 * heads * spec.headDim * writingContext(spec) * F32;
  return [{ part: 'activations', detail: 'Keys and values of the texts that two models write', bytes, place: device, during: afterCutting }];
}

/** Logits go through in chunks; the dense model's probabilities are kept where they are small. */
function headRows({ config, spec, device, limits, trains, tables, length }: Sizes): PlanRow[] {
  const row = spec.vocabulary * F32;
  const chunk = Math.max(row, Math.min(budgets.logits, config.batchTokens * row, limits.maxBindingBytes));
  const most = Math.max(...config.search.stages.map(({ fitnessTokens }) => fitnessTokens)) * row;
  const teacher = Math.max(chunk, Math.min(most, budgets.teacher));
  const training = trains ? 3 * Math.min(chunk, length * row) + (config.trainEmbeddings ? tables : 0) : 0;
  // WebAssembly computes on copies of what it is given, the table among them.
  const copies = limits.backend === 'wasm' ? spec.vocabulary * spec.hidden * F32 : 0;
  const detail = `Logits over ${spec.vocabulary.toLocaleString('en')} tokens, in chunks, and the dense model's probabilities`;
  return [{ part: 'head', detail, bytes: 3 * chunk + teacher + training + copies, place: device, during: afterCutting }];
}

/** The file while it is written, and the session that checks it. */
function exportRows({ config, spec, device, smallModules, tables }: Sizes): PlanRow[] {
  if (config.exports.length === 0) return [];
  const file = smallModules + tables;
  const checking: PlanRow = { part: 'export', detail: 'The session that checks it', bytes: file, place: device, during: ['export'] };
  const written = 2 * file + spec.hidden * F32;
  return [{ part: 'export', detail: 'The file and its parts while it is written', bytes: written, place: 'memory', during: ['export'] }, checking];
}

function programRows(): PlanRow[] {
  return [{ part: 'program', detail: 'The page, its workers and onnxruntime', bytes: budgets.program, place: 'memory', during: moments }];
}

/** Everything of size that a run holds, with when and where. Bytes. */
export function memoryParts(config: RunConfig, spec: ModelSpec, limits: DeviceLimits): PlanRow[] {
  const sizes = sizesOf(config, spec, limits);
  const makers = [programRows, weightRows, calibrationRows, pruningRows, devicePruningRows, databaseRows, savedDatabaseRows, candidateRows, trainingRows, savedTrainingRows, activationRows, poolRows, writingRows, headRows, exportRows];
  return makers.flatMap((rows) => rows(sizes)).map((row) => ({ ...row, bytes: Math.round(row.bytes) }));
}

/** The most bytes at any time, by place. */
export function peaksOf(rows: readonly PlanRow[]): Record<Place, number> {
  const peak = (place: Place): number =>
    Math.max(...moments.map((moment) => sum(rows.filter((row) => row.place === place && row.during.includes(moment)).map(({ bytes }) => bytes))));
  return { gpu: peak('gpu'), memory: peak('memory'), storage: peak('storage') };
}
