import { StoredFileMissingError } from '../../storage/storage-errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { CheckpointDamagedError, CheckpointMissingError, CheckpointVersionError } from './checkpoint-errors.ts';
import { folderOf, slots } from './checkpoint-files.ts';
import { decodeMarker, mostMarkerBytes } from './commit-marker.ts';
import type { CommitMarker, ReadMarker } from './commit-marker.ts';
import { hashOfFile } from './file-hash.ts';
import { partsOf } from './run-progress.ts';

/** The commit in force, and what else is known of its checkpoint. */
export interface FoundCommit {
  readonly marker: CommitMarker;
  /** Index of the slot that it lies in. */
  readonly slot: number;
  /** The one before, or null where that cannot be read. */
  readonly previous: CommitMarker | null;
  /** Highest sequence number that was seen. */
  readonly sequence: number;
  /** Every file of the checkpoint, by name, with its bytes. */
  readonly files: ReadonlyMap<string, number>;
}

/** A file that a marker names, with its size. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** All files that a commit needs, its marker apart. */
export const filesOf = ({ log, progress }: Pick<CommitMarker, 'log' | 'progress'>): NamedFile[] => [...log, ...partsOf(progress)];

interface Slot {
  readonly index: number;
  readonly read: ReadMarker;
}

async function readSlot(storage: Storage, run: string, index: number): Promise<Slot | null> {
  try {
    const file = await storage.openForReading(`${folderOf(run)}/${slots[index]}`);
    if (file.size > mostMarkerBytes) return { index, read: { state: 'damaged', fault: 'its marker is longer than any' } };
    const read = await decodeMarker(await file.read(0, file.size));
    if (read.state === 'whole' && read.marker.run !== run) return { index, read: { state: 'damaged', fault: `it is of the run "${read.marker.run}"` } };
    return { index, read };
  } catch (error) {
    if (error instanceof StoredFileMissingError) return null;
    throw error;
  }
}

/** Every file of a checkpoint by its name. Throws the errors of the storage. */
async function listFiles(storage: Storage, run: string): Promise<Map<string, number>> {
  const folder = folderOf(run);
  return new Map((await storage.list(folder)).map(({ path, size }) => [path.slice(folder.length + 1), size]));
}

/** What is wrong with the files of a commit; null where all are there with their sizes and, if it is asked for, the log's hashes hold. */
async function faultOf(storage: Storage, marker: CommitMarker, files: ReadonlyMap<string, number>, checkLog: boolean): Promise<string | null> {
  for (const { name, bytes } of filesOf(marker)) {
    const found = files.get(name);
    if (found === undefined) return `"${name}" is not there`;
    if (found !== bytes) return `"${name}" has ${found} bytes and not ${bytes}`;
  }
  if (!checkLog) return null;
  for (const { name, sha256 } of marker.log) {
    if ((await hashOfFile(await storage.openForReading(`${folderOf(marker.run)}/${name}`))) !== sha256) return `"${name}" is not what was written`;
  }
  return null;
}

/**
 * The newest commit of a run that is whole: its marker, the sizes of all its files and, if `checkLog`, its log. Nothing is written or
 * removed. Throws CheckpointMissingError, CheckpointVersionError where a newer version of this program wrote the newest,
 * CheckpointDamagedError where none is whole, and the errors of the storage.
 */
export async function findCommit(storage: Storage, run: string, { checkLog }: { readonly checkLog: boolean }): Promise<FoundCommit> {
  const read = (await Promise.all(slots.map((_, index) => readSlot(storage, run, index)))).filter((slot) => slot !== null);
  const files = await listFiles(storage, run);
  if (read.length === 0 && files.size === 0) throw new CheckpointMissingError(run);
  const newestFirst = read.toSorted((a, b) => sequenceOf(b) - sequenceOf(a));
  const sequence = Math.max(0, ...newestFirst.map(sequenceOf));
  const faults: string[] = [];
  for (const [place, slot] of newestFirst.entries()) {
    if (slot.read.state === 'newer') throw new CheckpointVersionError(run, slot.read.version);
    if (slot.read.state === 'damaged') {
      faults.push(slot.read.fault);
      continue;
    }
    const { marker } = slot.read;
    const fault = await faultOf(storage, marker, files, checkLog);
    if (fault === null) return { marker, slot: slot.index, previous: place === 0 ? wholeOf(newestFirst[1]) : null, sequence, files };
    faults.push(fault);
  }
  throw new CheckpointDamagedError(run, faults[0] ?? 'the marker of its last commit is not there');
}

const wholeOf = (slot: Slot | undefined): CommitMarker | null => (slot?.read.state === 'whole' ? slot.read.marker : null);

const sequenceOf = ({ read }: Slot): number => {
  if (read.state === 'damaged') return 0;
  return read.state === 'whole' ? read.marker.sequence : read.sequence;
};
