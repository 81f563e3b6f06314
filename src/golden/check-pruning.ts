import { moduleIds, outputColumns } from '../model/spec.ts';
import type { ModuleId } from '../model/spec.ts';
import { buildLevelDatabase } from '../pruning/build-database.ts';
import { prepareHessian } from '../pruning/hessian.ts';
import type { Granularity, LevelDatabase, LevelEntry, ModuleLevels } from '../pruning/level-database.ts';
import { LevelWeights } from '../pruning/level-weights.ts';
import { pruneInline } from '../pruning/prune-executor.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import { pruneStructures } from '../pruning/structured-obs.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import { countDifferences, difference, relativeError } from './difference.ts';
import { GoldenMalformedError } from './golden-errors.ts';
import type { GoldenFolder } from './golden-folder.ts';
import type { GoldenLevel, GoldenModule } from './golden-schema.ts';
import { goldenModuleName } from './hessians.ts';
import type { Hessians } from './hessians.ts';

/** The checks of one database. */
interface PruningChecks {
  readonly order: Check;
  readonly scores: Check;
  readonly table: Check;
  readonly kept: Check;
  readonly losses: Check;
  readonly relative: Check;
  readonly largest: Check;
}

interface Context {
  readonly folder: GoldenFolder;
  readonly hessians: Hessians;
  readonly checks: PruningChecks;
}

function makeChecks(folder: GoldenFolder, label: string): PruningChecks {
  const measured = (what: string, key: string) => new Check(`${what}, ${label}`, key, folder.tolerance(key));
  return {
    order: Check.exact(`order of removal, ${label}`),
    scores: measured('scores', 'obs_score_rel'),
    table: Check.exact(`level table, ${label}`),
    kept: Check.exact(`kept structures, ${label}`),
    losses: measured('level losses', 'obs_loss_rel'),
    relative: measured('level weights', 'obs_weight_rel_fro'),
    largest: measured('level weights', 'obs_weight_max_abs'),
  };
}

function goldenModule({ name, golden }: GoldenFolder, granularity: Granularity, id: ModuleId): GoldenModule {
  const kind = id.kind === 'mlp' ? 'mlp' : 'attn';
  const found = golden.database[granularity]?.find((module) => module.module === goldenModuleName(id) && module.kind === kind);
  if (found === undefined) throw new GoldenMalformedError(name, `its ${granularity} database lacks ${goldenModuleName(id)}`);
  return found;
}

/** Prunes every module with the engine, from these Hessians. */
async function buildDatabase({ spec, golden, weights }: GoldenFolder, granularity: Granularity, { of }: Hessians): Promise<LevelDatabase> {
  const events = buildLevelDatabase({
    spec,
    granularity,
    K: golden.K,
    damping: golden.damping,
    takeHessian: of,
    readOutputWeight: (id) => weights.read(outputProjection(id)),
    executor: pruneInline,
    weights: LevelWeights.inMemory(),
    concurrency: 1,
  });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
  }
}

/** Order and scores, which the database does not keep: the same greedy pass down to the last structure. */
async function checkRemovals({ folder, hessians, checks }: Context, module: GoldenModule, { id, structures }: ModuleLevels): Promise<void> {
  const { spec, golden, tensors, weights } = folder;
  const columns = outputColumns(spec, id);
  const hessian = prepareHessian(hessians.of(id), { module: module.module, columns, damping: golden.damping });
  const weight = await weights.read(outputProjection(id));
  const { order, scores } = pruneStructures({ hessian, weight, structureSize: columns / structures, removals: [structures] });
  checks.order.add(module.module, countDifferences(order, (await tensors.numbers(`${module.tensors}/order`)).values));
  const wanted = Array.from((await tensors.numbers(`${module.tensors}/scores`)).values);
  if (wanted.length !== scores.length) checks.scores.add(module.module, Infinity);
  wanted.forEach((score, step) => checks.scores.add(`${module.module}, removal ${step + 1}`, relativeError(scores[step] ?? Number.NaN, score)));
}

/** Fields in which a level's line of the table differs. */
function tableDifferences(kind: GoldenModule['kind'], entry: LevelEntry, level: GoldenLevel): number {
  const heads = (count: number) => (kind === 'attn' ? count : null);
  const { removed, kept, parameters } = entry;
  const actual = [removed, kept.length, heads(entry.heads.length), heads(entry.kvHeads.length), parameters];
  const golden = [level.removed, level.kept, level.query_heads, level.kv_heads, level.params];
  return countDifferences(actual, golden) + countDifferences(entry.nominal, level.nominal);
}

/** A level of the engine's database with its output projection; null where that is dense or removed. */
interface OurLevel {
  readonly entry: LevelEntry;
  readonly weight: Float32Array | null;
}

async function checkLevel({ folder, checks }: Context, module: GoldenModule, ours: OurLevel, level: GoldenLevel): Promise<void> {
  const { entry, weight } = ours;
  const { spec, tensors } = folder;
  const place = `${module.module}, level ${level.level}`;
  const stem = `${module.tensors}/level.${level.level}`;
  checks.table.add(place, tableDifferences(module.kind, entry, level));
  checks.losses.add(place, relativeError(entry.loss, level.loss));
  checks.kept.add(place, countDifferences(entry.kept, (await tensors.numbers(`${stem}/kept`)).values));
  const stored = tensors.has(`${stem}/weight`);
  if (weight === null && !stored) return;
  const numbers = { values: weight ?? [], shape: [spec.hidden, (weight?.length ?? 0) / spec.hidden] }; // [d, kept columns]
  const golden = stored ? await tensors.numbers(`${stem}/weight`) : { values: [], shape: [] };
  const apart = difference(numbers, golden);
  checks.relative.add(place, apart.relative);
  checks.largest.add(place, apart.maxAbs);
}

async function checkModule(context: Context, module: GoldenModule, pruned: ModuleLevels, weightAt: (level: number) => Promise<Float32Array | null>): Promise<void> {
  const { checks } = context;
  const lengths = [pruned.structures, pruned.fallbacks, pruned.levels.length];
  checks.table.add(module.module, countDifferences(lengths, [module.structures, module.fallbacks, module.levels.length]));
  checks.table.add(`${module.module}, indices`, countDifferences(module.levels.map(({ level }) => level), [...module.levels.keys()]));
  await checkRemovals(context, module, pruned);
  for (const [index, entry] of pruned.levels.entries()) {
    const level = module.levels[index];
    if (level !== undefined) await checkLevel(context, module, { entry, weight: await weightAt(index) }, level);
  }
}

/** Every number of one level database against the folder's; returns the engine's database. */
export async function* checkPruning(folder: GoldenFolder, granularity: Granularity, hessians: Hessians): AsyncGenerator<Row, LevelDatabase> {
  const database = await buildDatabase(folder, granularity, hessians);
  const checks = makeChecks(folder, `${granularity}, ${hessians.origin}`);
  const extra = Math.abs((folder.golden.database[granularity]?.length ?? 0) - moduleIds(folder.spec).length);
  checks.table.add('modules', extra);
  for (const [index, pruned] of database.modules.entries()) {
    const weightAt = (level: number) => database.weights.read(index, level);
    await checkModule({ folder, hessians, checks }, goldenModule(folder, granularity, pruned.id), pruned, weightAt);
  }
  for (const check of Object.values<Check>({ ...checks })) yield check.row;
  return database;
}
