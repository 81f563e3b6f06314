import { queryHeads, type ModelSpec } from '../model/spec.ts';
import type { DeviceLimits, Place, Verdict } from './device-limits.ts';
import { memoryParts, peaksOf, type PlanRow } from './memory-parts.ts';
import type { RunConfig } from './run-config.ts';

export type { DeviceLimits, Place, Verdict } from './device-limits.ts';
export type { PlanRow } from './memory-parts.ts';

/** Settings that a remedy may change. */
export type PlanChange = Partial<Pick<RunConfig, 'databasePrecision' | 'trainEmbeddings' | 'batchTokens' | 'search' | 'postTraining'>>;

/** A change of the settings with which the run fits. */
export interface PlanRemedy {
  readonly label: string;
  /** Peaks with it, bytes. */
  readonly needed: Readonly<Record<Place, number>>;
  readonly change: PlanChange;
}

export interface MemoryPlan {
  readonly rows: readonly PlanRow[];
  /** The most bytes at any time, by place. */
  readonly needed: Readonly<Record<Place, number>>;
  readonly verdict: Verdict;
  /** Why it does not fit, one sentence each; empty where it does. */
  readonly problems: readonly string[];
  /** What would make it fit, the gentlest first; empty where it fits as it is, or where nothing helps. */
  readonly remedies: readonly PlanRemedy[];
}

/** Above this share of what there is, a plan is called tight. */
const tightShare = 0.8;

const gigabytes = (bytes: number): string => (bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
const placeNames: Readonly<Record<Place, string>> = { gpu: 'graphics memory', memory: 'memory', storage: 'storage' };
const places: readonly Place[] = ['gpu', 'memory', 'storage'];

/** Matrices that are bound whole; embeddings and heads are tiled. */
function bindingProblems(spec: ModelSpec, { maxBindingBytes }: DeviceLimits): string[] {
  const widest = Math.max(...spec.layers.map(({ channels }) => channels), ...spec.layers.map((shape) => queryHeads(shape) * spec.headDim));
  const largest = Math.max(widest * spec.hidden, widest ** 2) * 4;
  if (largest <= maxBindingBytes) return [];
  return [`Its widest module needs ${gigabytes(largest)} in one piece, and this device addresses ${gigabytes(maxBindingBytes)}.`];
}

/** What a place surely has no more than; null where that is not known. */
const mostOf = ({ available, lowerBounds }: DeviceLimits, place: Place): number | null => (lowerBounds.includes(place) ? null : available[place]);

function placeProblems(needed: Readonly<Record<Place, number>>, limits: DeviceLimits): string[] {
  return places.flatMap((place) => {
    const there = mostOf(limits, place);
    if (there === null || needed[place] <= there) return [];
    return [`It needs ${gigabytes(needed[place])} of ${placeNames[place]} at these settings, and this device offers ${gigabytes(there)}.`];
  });
}

/** Peaks without what the run can do without. */
const leastOf = (rows: readonly PlanRow[]): Readonly<Record<Place, number>> => peaksOf(rows.filter(({ dispensable }) => !dispensable));

/** `least`: what the run cannot do without. */
function verdictOf(needed: Readonly<Record<Place, number>>, least: Readonly<Record<Place, number>>, limits: DeviceLimits): Verdict {
  const used = places.filter((place) => needed[place] > 0);
  if (used.some((place) => needed[place] > tightShare * (mostOf(limits, place) ?? Number.POSITIVE_INFINITY))) return 'tight';
  return used.some((place) => least[place] > (limits.available[place] ?? 0)) ? 'unknown' : 'fits';
}

const withoutTraining = ({ search, postTraining }: RunConfig): PlanChange => ({
  search: { ...search, stages: search.stages.map((stage) => ({ ...stage, trainingTokens: 0 })) },
  postTraining: { ...postTraining, tokens: 0 },
});

/** The gentlest first. */
const changes: readonly { readonly label: string; readonly of: (config: RunConfig) => PlanChange }[] = [
  { label: 'Store the level database in float16', of: () => ({ databasePrecision: 'float16' }) },
  { label: 'Send 512 tokens through at once', of: ({ batchTokens }) => ({ batchTokens: Math.min(batchTokens, 512) }) },
  { label: 'Leave the embedding untrained', of: () => ({ trainEmbeddings: false }) },
  { label: 'Do without fine-tuning', of: withoutTraining },
];

function remediesFor(config: RunConfig, spec: ModelSpec, limits: DeviceLimits): PlanRemedy[] {
  const attempt = (label: string, change: PlanChange): PlanRemedy[] => {
    const rows = memoryParts({ ...config, ...change }, spec, limits);
    return placeProblems(leastOf(rows), limits).length === 0 ? [{ label, needed: peaksOf(rows), change }] : [];
  };
  const single = changes.flatMap(({ label, of }) => attempt(label, of(config)));
  if (single.length > 0) return single;
  const all = changes.reduce<PlanChange>((sum, { of }) => ({ ...sum, ...of(config) }), {});
  return attempt('All of: float16 database, 512 tokens at once, no fine-tuning', all);
}

/** What a run of these settings needs on a device, before anything is loaded. Where only its checkpoint finds no room it is tight: it runs, and cannot go on later. */
export function planMemory(config: RunConfig, spec: ModelSpec, limits: DeviceLimits): MemoryPlan {
  const rows = memoryParts(config, spec, limits);
  const needed = peaksOf(rows);
  const least = leastOf(rows);
  const lacking = placeProblems(least, limits);
  const problems = [...bindingProblems(spec, limits), ...lacking];
  const verdict = problems.length > 0 ? 'too-large' : verdictOf(needed, least, limits);
  const helps = lacking.length > 0 && problems.length === lacking.length;
  return { rows, needed, verdict, problems, remedies: helps ? remediesFor(config, spec, limits) : [] };
}
