import { modelName } from '../../sources/model-ref.ts';
import { folderModel } from '../../sources/stored-record.ts';
import type { StoredRun } from '../runs/stored-run.ts';

/** What the page keeps in this browser and can be deleted, by what it is for. */
export const storedKinds = ['model', 'run', 'checkpoint', 'export', 'leftover', 'offline'] as const;
export type StoredKind = (typeof storedKinds)[number];

/** One thing that can be deleted as a whole. */
export interface StoredThing {
  readonly kind: StoredKind;
  /** Of its kind: a model's reference, a run's id, the folder of exports. */
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** What becomes of it, or what it is, in a few words. */
  readonly note: string;
  /** Why it cannot be deleted now; null where it can. */
  readonly inUse: string | null;
}

interface FileEntry {
  readonly path: string;
  readonly size: number;
}

/** All that is known beside the files themselves. */
export interface StorageFacts {
  /** Files below the site's folder. */
  readonly files: readonly FileEntry[];
  readonly runs: readonly StoredRun[];
  /** Ids of runs that some tab has under way. */
  readonly held: ReadonlySet<string>;
  /** Models that this tab downloads or works on. */
  readonly models: ReadonlySet<string>;
  /** Folders of exports that some tab holds, and this tab's; null where it has none. */
  readonly exportsHeld: ReadonlySet<string>;
  readonly ownExports: string | null;
  /** Whether this tab writes files now. */
  readonly exporting: boolean;
  /** Bytes of files on their way to the reader's downloads, and of the page's own files. */
  readonly downloads: number;
  readonly offline: number;
}

const underWay = 'a run under way needs it';

/** Bytes by the second part of the path, of the files in one folder. */
function bytesBy(files: readonly FileEntry[], folder: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { path, size } of files) {
    const [top, name] = path.split('/', 2);
    if (top === folder && name !== undefined) sums.set(name, (sums.get(name) ?? 0) + size);
  }
  return sums;
}

const isUnderWay = ({ id, state }: StoredRun, held: StorageFacts['held']): boolean => state === 'running' && held.has(id);

/** Of a run that is not in the list nobody knows which model it works on. */
function modelUse({ runs, held, models }: StorageFacts): (model: string) => string | null {
  const known = new Map(runs.map((run) => [run.id, run]));
  const unknown = [...held].some((id) => !known.has(id));
  const needed = new Set([...models, ...runs.filter((run) => isUnderWay(run, held)).map(({ config }) => config.model)]);
  return (model) => (needed.has(model) ? underWay : unknown ? 'a run in another tab may need it' : null);
}

function modelsOf(facts: StorageFacts): StoredThing[] {
  const use = modelUse(facts);
  return [...bytesBy(facts.files, 'models')].flatMap(([folder, bytes]) => {
    const model = folderModel(folder);
    if (model === null || bytes === 0) return [];
    return [{ kind: 'model' as const, id: model, name: modelName(model), bytes, note: 'can be downloaded again', inUse: use(model) }];
  });
}

const runsOf = ({ runs, held }: StorageFacts): StoredThing[] =>
  runs.map((run) => ({ kind: 'run', id: run.id, name: run.name, bytes: run.bytes, note: 'its curve, structure and events', inUse: isUnderWay(run, held) ? 'it is under way' : null }));

function checkpointsOf({ files, runs, held }: StorageFacts): StoredThing[] {
  return [...bytesBy(files, 'checkpoints')].map(([id, bytes]) => {
    const run = runs.find((other) => other.id === id);
    const over = run !== undefined && run.state !== 'running';
    const note = over ? 'that run is over' : 'the run cannot be resumed without it';
    return { kind: 'checkpoint', id, name: run ? `Where ${run.name} stands` : 'Where a run stands that is not in the list', bytes, note, inUse: held.has(id) && !over ? 'its run is under way' : null };
  });
}

function exportsOf({ files, exportsHeld, ownExports, exporting }: StorageFacts): StoredThing[] {
  return [...bytesBy(files, 'exports')].flatMap(([id, bytes]) => {
    const own = id === ownExports;
    if (bytes === 0 || (!own && !exportsHeld.has(id))) return [];
    const inUse = own ? (exporting ? 'files are being written' : null) : 'another tab has them';
    return [{ kind: 'export' as const, id, name: own ? 'Model files of this tab’s run' : 'Model files of another tab’s run', bytes, note: 'can be written again while the run is open', inUse }];
  });
}

/** Folders that were left by tabs which are gone: what runs put aside, and files that they wrote. */
export function leftoverExports({ files, exportsHeld, ownExports }: Pick<StorageFacts, 'files' | 'exportsHeld' | 'ownExports'>): readonly string[] {
  return [...bytesBy(files, 'exports').keys()].filter((id) => id !== ownExports && !exportsHeld.has(id));
}

function leftoversOf(facts: StorageFacts): StoredThing[] {
  const aside = [...bytesBy(facts.files, 'scratch').values()].reduce((sum, bytes) => sum + bytes, 0);
  const exports = bytesBy(facts.files, 'exports');
  const bytes = leftoverExports(facts).reduce((sum, id) => sum + (exports.get(id) ?? 0), aside + facts.downloads);
  const busy = aside > 0 && facts.held.size > 0;
  return bytes === 0 ? [] : [{ kind: 'leftover', id: 'leftover', name: 'What runs put aside', bytes, note: busy ? 'what runs under way have open stays' : 'left behind by runs that are over', inUse: null }];
}

const offlineOf = ({ offline }: StorageFacts): StoredThing[] =>
  offline === 0 ? [] : [{ kind: 'offline', id: 'offline', name: 'The page itself', bytes: offline, note: 'without it the page needs a network to open', inUse: null }];

/** Everything that can be deleted: by kind, the largest first. */
export function storedThings(facts: StorageFacts): readonly StoredThing[] {
  const all = [modelsOf, runsOf, checkpointsOf, exportsOf, leftoversOf, offlineOf].flatMap((of) => of(facts));
  return all.toSorted((a, b) => storedKinds.indexOf(a.kind) - storedKinds.indexOf(b.kind) || b.bytes - a.bytes);
}
