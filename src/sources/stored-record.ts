import * as v from 'valibot';
import { StoredFileMissingError } from '../storage/storage-errors.ts';
import type { Storage } from '../storage/storage.ts';
import { checkPath } from './file-source.ts';
import { ModelNameTooLongError } from './download-errors.ts';
import { sourceLimits } from './limits.ts';
import { parseModelRef } from './model-ref.ts';

/** How models lie in a storage: `models/<model>/` with `plan.json`, the files below `files/`, and, written last, `complete.json`. */

export const MODELS = 'models';

const path = v.pipe(
  v.string(),
  v.maxLength(250),
  v.check((text) => {
    try {
      checkPath('the record', text);
      return true;
    } catch {
      return false;
    }
  }),
);
const text = v.nullable(v.pipe(v.string(), v.maxLength(500)));

const recordSchema = v.object({
  version: v.literal(1),
  /** As model-ref.ts writes it. */
  model: v.pipe(v.string(), v.maxLength(sourceLimits.reference)),
  about: v.object({ name: v.pipe(v.string(), v.maxLength(500)), licence: text, card: text, revision: text }),
  files: v.pipe(
    v.array(
      v.object({
        path,
        /** Bytes. */
        size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        /** Lower-case hex. In a plan: what the server promises; when complete: what was computed. */
        sha256: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
        etag: text,
      }),
    ),
    v.maxLength(sourceLimits.recordFiles),
  ),
  /** ISO date of the last byte that came. */
  storedAt: v.pipe(v.string(), v.isoTimestamp()),
});

/** What a model is and has, as it is written beside its files. */
export type StoredRecord = v.InferOutput<typeof recordSchema>;

const safe = /[A-Za-z0-9_-]/;

/** One name that every storage takes, different for different texts: other characters than letters, digits, `_` and `-` become `~` and their UTF-8 bytes; dots stay inside. */
function safeName(part: string): string {
  const encoded = [...new TextEncoder().encode(part)].map((byte, index) => {
    const character = String.fromCharCode(byte);
    return byte < 128 && (safe.test(character) || (character === '.' && index > 0)) ? character : `~${byte.toString(16).padStart(2, '0')}`;
  });
  return encoded.join('');
}

function decodeName(name: string): string | null {
  try {
    return decodeURIComponent(name.replaceAll('~', '%'));
  } catch {
    return null;
  }
}

/** Throws {@link ModelNameTooLongError}. */
export function modelFolder(model: string): string {
  const name = safeName(model);
  if (name.length > 200) throw new ModelNameTooLongError(model);
  return `${MODELS}/${name}`;
}

/** The model that a folder's name stands for; null for a name that is not from {@link modelFolder}. */
export function folderModel(name: string): string | null {
  const model = decodeName(name);
  try {
    return model !== null && safeName(model) === name && parseModelRef(model) ? model : null;
  } catch {
    return null;
  }
}

/** Where a file of a model lies. Throws {@link ModelNameTooLongError} for a path whose parts are too long for a storage. */
export function storedPath(folder: string, file: string): string {
  const parts = file.split('/').map(safeName);
  if (parts.length > 8 || parts.some((part) => part.length > 200)) throw new ModelNameTooLongError(file);
  return `${folder}/files/${parts.join('/')}`;
}

export type RecordName = 'plan.json' | 'complete.json';

/** Null where there is none, or none that can be believed. */
export async function readRecord(storage: Storage, model: string, name: RecordName): Promise<StoredRecord | null> {
  try {
    const file = await storage.openForReading(`${modelFolder(model)}/${name}`);
    if (file.size > sourceLimits.record) return null;
    const parsed = v.safeParse(recordSchema, JSON.parse(new TextDecoder().decode(await file.read(0, file.size))));
    return parsed.success && parsed.output.model === model ? parsed.output : null;
  } catch (cause) {
    if (cause instanceof StoredFileMissingError || cause instanceof SyntaxError) return null;
    throw cause;
  }
}

/** Takes the room that it needs before it overwrites: on a full disk the old record stays whole, with blanks behind it at most. */
export async function writeRecord(storage: Storage, record: StoredRecord, name: RecordName): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(record));
  await using file = await storage.open(`${modelFolder(record.model)}/${name}`, { create: true });
  const blank = ' '.codePointAt(0) ?? 0;
  if (bytes.length > file.size) await file.write(file.size, new Uint8Array(bytes.length - file.size).fill(blank));
  await file.write(0, bytes);
  await file.truncate(bytes.length);
  await file.flush();
}
