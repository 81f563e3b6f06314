import { StoragePathError } from './storage-errors.ts';

/** Names that every medium takes: no separators, nothing reserved, no dots alone. */
const name = /^[\w.@+=~-]{1,200}$/;
const MAX_DEPTH = 16;

/** The parts of a path. Throws {@link StoragePathError} for a path that is absolute, leaves the storage or has characters that a medium refuses. */
export function checkedParts(path: string): readonly string[] {
  const parts = path.split('/', MAX_DEPTH + 1);
  if (parts.length > MAX_DEPTH || parts.some((part) => !name.test(part) || /^\.+$/.test(part))) throw new StoragePathError(path);
  return parts;
}

/** Throws RangeError unless `[start, end)` lies in a file of `size` bytes. */
export function checkReadRange(size: number, start: number, end: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || end < start || end > size) throw new RangeError(`bytes ${start} to ${end} do not lie in a file of ${size} bytes`);
}

/** Throws RangeError unless bytes can be written at `start`, or a file cut there, without leaving a hole. */
export function checkPlace(size: number, start: number): void {
  if (!Number.isSafeInteger(start) || start < 0 || start > size) throw new RangeError(`place ${start} does not lie in a file of ${size} bytes`);
}
