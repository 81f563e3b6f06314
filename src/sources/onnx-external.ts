import { FileMissingError } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import { OnnxDataMissingError, OnnxDataTruncatedError, OnnxFormatError } from './onnx-errors.ts';
import { quoted } from './quoted.ts';

/** Values in a file beside the ONNX file: bytes `[start, end)` of `location`. */
interface ExternalPlace {
  readonly location: string;
  readonly start: number;
  readonly end: number;
}

/** A name by which nothing outside of the folder can be meant. */
const isBareName = (text: string): boolean => text.length <= 200 && !/^[. ]*$|[/\\:?#%]|[\p{Cc}\p{Cs}]/u.test(text);

/** A count of bytes in decimal digits; null where it is none. */
function byteCount(text: string): number | null {
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(count) ? count : null;
}

/** Where `needed` bytes lie by the `external_data` entries of a tensor, or what is wrong with them, as the rest of a sentence. */
export function externalPlace(entries: ReadonlyMap<string, string>, needed: number): ExternalPlace | string {
  const location = entries.get('location') ?? '';
  if (!isBareName(location)) return `is in ${quoted(location)}, which is no name of a file beside it`;
  const start = byteCount(entries.get('offset') ?? '0');
  const length = byteCount(entries.get('length') ?? `${needed}`);
  if (start === null || length === null || !Number.isSafeInteger(start + length)) return 'has a place that is no count of bytes';
  if (length !== needed) return `has ${length} bytes in ${quoted(location)}, but its shape needs ${needed}`;
  return { location, start, end: start + length };
}

/** The path of a file in the same folder. */
export const besidePath = (path: string, name: string): string => path.slice(0, path.lastIndexOf('/') + 1) + name;

/** Where the values of each file beside end, by its bare name, in the order of their first mention. */
function endsOf(path: string, places: Iterable<{ readonly location: string | null; readonly end: number }>): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { location, end } of places) {
    if (location !== null) ends.set(location, Math.max(end, ends.get(location) ?? 0));
  }
  if (ends.size > sourceLimits.onnxFiles) throw new OnnxFormatError(path, `its weights are in ${ends.size} files, more than the ${sourceLimits.onnxFiles} that are read`);
  return ends;
}

/**
 * Opens the files that hold values of the ONNX file at `path`, by their bare names; each must be there and long enough. Progress
 * counts on from the `before` bytes of the ONNX file. Throws {@link OnnxDataMissingError}, {@link OnnxDataTruncatedError},
 * {@link OnnxFormatError} and the errors of the source.
 */
export async function openExternal(
  source: FileSource,
  path: string,
  places: Iterable<{ readonly location: string | null; readonly end: number }>,
  { signal, onProgress, before = 0 }: OpenOptions & { before?: number } = {},
): Promise<Map<string, SourceFile>> {
  const ends = endsOf(path, places);
  const total = [...ends.values()].reduce((sum, end) => sum + end, before);
  const files = new Map<string, SourceFile>();
  let opened = before;
  for (const [name, end] of ends) {
    const progress = (done: number): void => onProgress?.(opened + done, Math.max(total, opened + done));
    const file = await source.open(besidePath(path, name), { signal, onProgress: progress }).catch((cause: unknown) => {
      throw cause instanceof FileMissingError ? new OnnxDataMissingError(path, name, { cause }) : cause;
    });
    if (file.size < end) throw new OnnxDataTruncatedError(path, name, file.size, end);
    opened += file.size;
    files.set(name, file);
  }
  return files;
}
