import type { FormatId } from '../../export/formats.ts';
import type { ExportedFormat } from '../../run/exports/export-events.ts';
import type { ExportCommands } from '../../store/export-commands.ts';
import { saveBlob } from '../parts/save-file.ts';
import type { SaveState } from './export-words.ts';
import { explainSaving, FileGoneError } from './save-failure.ts';

interface Request {
  readonly format: FormatId;
  readonly externalData: boolean;
  /** What is there already and is what is wanted. */
  readonly present: ExportedFormat | null;
  /** What is there once the engine has written it. */
  readonly written: () => ExportedFormat | undefined;
}

/** Browsers drop a download that begins in the same moment as the one before. Milliseconds. */
const between = 400;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The last part of a path: what the file is called among the reader's downloads. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/** The files of a format; null where the engine no longer has one of them. */
async function fetchAll(exports: ExportCommands, { format, files }: ExportedFormat): Promise<readonly NamedBlob[] | null> {
  const blobs = await Promise.all(files.map(({ path }) => exports.fetchExported(format, path)));
  const named = files.flatMap(({ path }, index) => {
    const blob = blobs[index];
    return blob ? [{ name: baseName(path), blob }] : [];
  });
  return named.length === files.length ? named : null;
}

/** Writes a format where it is not there yet, and offers its files as downloads, one after the other. Returns how it ended. */
export async function saveFormat(exports: ExportCommands, { format, externalData, present, written }: Request, onState: (state: SaveState) => void): Promise<SaveState> {
  let whole = present && (await fetchAll(exports, present));
  if (!whole) {
    // Not written yet, or deleted since to make room.
    onState({ step: 'preparing' });
    const end = await exports.exportFormats([format], externalData);
    if (end.status === 'stopped') return end.explanation ? { step: 'failed', explanation: end.explanation } : { step: 'cancelled' };
  }
  onState({ step: 'saving', done: null });
  try {
    const now = written();
    whole ??= now ? await fetchAll(exports, now) : [];
    if (!whole) throw new FileGoneError(baseName(now?.files[0]?.path ?? format));
    for (const [index, { name, blob }] of whole.entries()) {
      if (index > 0) await wait(between);
      saveBlob(name, blob);
    }
    return { step: 'saved', names: whole.map(({ name }) => name) };
  } catch (error) {
    return { step: 'failed', explanation: explainSaving(error) };
  }
}
