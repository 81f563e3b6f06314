import * as v from 'valibot';
import { parseJsonObject } from '../sources/bounded-json.ts';
import type { StoredPart } from '../storage/stored-part.ts';
import type { DevicePass, LevelEntry, ModuleLevels } from './level-database.ts';
import { denseModule, levelsOf, moduleName, removalsOf } from './prune-module.ts';
import type { ModuleForm } from './prune-module.ts';
import { StoredModuleError } from './pruning-errors.ts';

/** A level without its weight, as JSON has it. What else a {@link LevelEntry} has follows from the model. */
export interface StoredLevel {
  readonly removed: number;
  readonly kept: readonly number[];
  readonly loss: number;
}

/**
 * One module of a level database in a checkpoint. The part begins with the JSON of `header` (`headerBytes` long), so that a
 * checkpoint's own record stays small; after it the levels' weights follow as `pieces` has them.
 */
export interface StoredModule {
  readonly part: StoredPart;
  readonly headerBytes: number;
  /** Bytes of each level's weight behind the header, in order; null where it is dense or removed. */
  readonly pieces: readonly (number | null)[];
}

/** What the part begins with. */
export interface StoredModuleHeader {
  readonly structures: number;
  readonly fallbacks: number;
  readonly levels: readonly StoredLevel[];
  readonly onDevice?: DevicePass;
  readonly dampingRaised?: number;
}

const deepest = 4;
const number = v.pipe(v.number(), v.finite());
const amount = v.pipe(number, v.minValue(0));
const whole = (maximum: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maximum));

/** Of a module with so many structures, cut into so many levels above dense. */
const headerSchema = (structures: number, K: number): v.GenericSchema<unknown, StoredModuleHeader> =>
  v.strictObject({
    structures: v.literal(structures),
    fallbacks: whole(structures),
    levels: v.pipe(
      v.array(v.strictObject({ removed: whole(structures), kept: v.pipe(v.array(whole(Math.max(0, structures - 1))), v.maxLength(structures)), loss: number })),
      v.maxLength(K + 1),
    ),
    onDevice: v.exactOptional(v.strictObject({ refreshes: whole(structures), drift: amount })),
    dampingRaised: v.exactOptional(amount),
  });

/** A module's levels as the header of its part. */
export function headerOf({ structures, fallbacks, levels, onDevice, dampingRaised }: ModuleLevels): Uint8Array<ArrayBuffer> {
  const header: StoredModuleHeader = {
    structures,
    fallbacks,
    levels: levels.map(({ removed, kept, loss }) => ({ removed, kept: [...kept], loss })),
    ...(onDevice && { onDevice }),
    ...(dampingRaised !== undefined && { dampingRaised }),
  };
  return new TextEncoder().encode(JSON.stringify(header));
}

/**
 * The levels of a header, which another version may have written, or somebody: all of them and no others, each of the right size and part
 * of the one before. Throws {@link StoredModuleError}.
 */
export function readHeader(form: ModuleForm, bytes: Uint8Array<ArrayBuffer>): ModuleLevels {
  const name = moduleName(form.id);
  const parsed = parseJsonObject(new TextDecoder().decode(bytes), deepest);
  if (!('json' in parsed)) throw new StoredModuleError(name, parsed.fault, { cause: parsed.cause });
  const dense = denseModule(form);
  const outcome = v.safeParse(headerSchema(dense.structures, form.K), parsed.json, { abortEarly: true });
  if (!outcome.success) {
    const [issue] = outcome.issues;
    throw new StoredModuleError(name, `${v.getDotPath(issue) ?? 'its header'}: ${issue.message}`);
  }
  const { structures, levels, ...rest } = outcome.output;
  const fault = faultOf(form, structures, levels);
  if (fault !== null) throw new StoredModuleError(name, fault);
  const choices = levels.map(({ kept, ...level }) => ({ ...level, kept: Int32Array.from(kept) }));
  const entries = levels.length === 1 ? dense.levels : levelsOf(form, choices).levels;
  return { id: form.id, ...rest, structures, levels: entries };
}

/** What is wrong with the levels of a module, in a few words; null where nothing is. One level is a module that was not cut. */
function faultOf(form: ModuleForm, structures: number, levels: readonly StoredLevel[]): string | null {
  const removals = levels.length === 1 ? [0] : removalsOf(form);
  if (removals.length !== levels.length) return `it has ${levels.length} levels and not ${removals.length}`;
  let before: ReadonlySet<number> | null = null;
  for (const [index, { removed, kept }] of levels.entries()) {
    if (removed !== removals[index]) return `level ${index} removes ${removed} structures and not ${removals[index]}`;
    if (kept.length !== structures - removed) return `level ${index} keeps ${kept.length} structures and not ${structures - removed}`;
    if (kept.some((structure, at) => structure <= (kept[at - 1] ?? -1))) return `level ${index} keeps structures out of order`;
    if (before !== null && !kept.every((structure) => before?.has(structure))) return `level ${index} keeps what the one before removed`;
    before = new Set(kept);
  }
  return null;
}

/** Bytes of each level's weight `[d, kept columns]`; null where it is dense or removed. */
export function weightBytes({ id, spec }: ModuleForm, levels: readonly LevelEntry[], bytesEach: number): (number | null)[] {
  return levels.map(({ removed, kept, heads, channels }) => {
    if (removed === 0 || kept.length === 0) return null;
    const columns = id.kind === 'mlp' ? channels : heads.length * spec.headDim;
    return spec.hidden * columns * bytesEach;
  });
}

/** Checks that a part is as long as what it is said to hold, for a model of this form. Throws {@link StoredModuleError}. */
export function checkPieces({ part, headerBytes, pieces }: StoredModule, form: ModuleForm, { levels }: ModuleLevels, bytesEach: number): void {
  const wanted = weightBytes(form, levels, bytesEach);
  const name = moduleName(form.id);
  if (wanted.length !== pieces.length || wanted.some((bytes, level) => bytes !== pieces[level])) throw new StoredModuleError(name, 'its weights have other sizes');
  if (headerBytes + wanted.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0) !== part.bytes) throw new StoredModuleError(name, `its file has ${part.bytes} bytes`);
}
