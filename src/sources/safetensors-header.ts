import * as v from 'valibot';
import type { SourceFile } from './file-source.ts';
import {
  DuplicateNameError,
  FileSizeError,
  HeaderFormatError,
  HeaderLengthError,
  TensorBytesError,
  TensorOffsetsError,
  TensorShapeError,
  UnknownDtypeError,
} from './safetensors-errors.ts';

/** Bytes of an element of each data type of the format. */
const dtypeBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

export type Dtype = keyof typeof dtypeBytes;

export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Place in the file: bytes `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit, bytes. */
const MAX_HEADER = 100_000_000;

const entrySchema = v.object({
  dtype: v.string(),
  shape: v.array(v.unknown()),
  data_offsets: v.tuple([v.number(), v.number()]),
});
const headerSchema = v.record(v.string(), v.unknown());
const metadataSchema = v.record(v.string(), v.string());

const isDtype = (text: string): text is Dtype => Object.hasOwn(dtypeBytes, text);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The first key that an object of `json` (valid JSON) holds twice; `JSON.parse` would keep the last without a word. */
export function duplicateKey(json: string): string | null {
  const open: Set<string>[] = [];
  const tokens = json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g);
  for (const [token, colon] of tokens) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const key: unknown = JSON.parse(token.slice(0, -colon.length));
      const keys = open.at(-1);
      if (typeof key !== 'string' || !keys) continue;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

async function readHeaderText(file: SourceFile, name: string): Promise<{ text: string; dataStart: number }> {
  if (file.size < 8) throw new HeaderLengthError(name, `it has ${file.size} bytes, fewer than the 8 of its length field`);
  const field = await file.slice(0, 8);
  const declared = new DataView(field.buffer).getBigUint64(0, true);
  if (declared > BigInt(MAX_HEADER)) {
    throw new HeaderLengthError(name, `its header claims ${declared} bytes, more than the format's 100 MB`);
  }
  const length = Number(declared);
  if (length < 2) throw new HeaderLengthError(name, `its header claims ${length} bytes`);
  if (8 + length > file.size) {
    throw new HeaderLengthError(name, `its header claims ${length} bytes, but the file has only ${file.size}`);
  }
  const bytes = await file.slice(8, 8 + length);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), dataStart: 8 + length };
  } catch (cause) {
    throw new HeaderFormatError(name, 'it is not UTF-8 text', { cause });
  }
}

function parseHeader(text: string, name: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new HeaderFormatError(name, 'it is not JSON', { cause });
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== null) throw new DuplicateNameError(name, duplicate);
  // valibot's record takes arrays for objects.
  if (Array.isArray(json) || !v.is(headerSchema, json)) throw new HeaderFormatError(name, 'it is not a JSON object');
  return json;
}

/** Checks one entry by itself: type, shape, offsets in order, bytes as type and shape need. */
function parseEntry(file: string, name: string, entry: unknown, dataStart: number): TensorInfo {
  const parsed = v.safeParse(entrySchema, entry);
  if (!parsed.success) {
    throw new HeaderFormatError(file, `the entry ${JSON.stringify(name.slice(0, 80))} lacks a dtype, a shape or two data offsets`);
  }
  const { dtype, shape, data_offsets: [from, to] } = parsed.output;
  if (!isDtype(dtype)) throw new UnknownDtypeError(file, name, dtype);
  if (!shape.every(isCount)) throw new TensorShapeError(file, name, JSON.stringify(shape).slice(0, 80));
  const needed = shape.reduce((product, size) => product * size, dtypeBytes[dtype]);
  if (!Number.isSafeInteger(needed)) throw new TensorShapeError(file, name, JSON.stringify(shape).slice(0, 80));
  if (!isCount(from) || !isCount(to) || to < from) {
    throw new TensorOffsetsError(file, name, `has the impossible data offsets ${from} to ${to}`);
  }
  if (to - from !== needed) throw new TensorBytesError(file, name, to - from, needed);
  return { name, dtype, shape, start: dataStart + from, end: dataStart + to };
}

/** Checks the entries together: they must tile the data, without overlap or gap, and fill the file exactly. */
function checkLayout(file: string, tensors: readonly TensorInfo[], dataStart: number, size: number): void {
  let position = dataStart;
  for (const { name, start, end } of tensors) {
    if (start < position) throw new TensorOffsetsError(file, name, 'overlaps the tensor before it');
    if (start > position) throw new TensorOffsetsError(file, name, `leaves a gap of ${start - position} bytes before it`);
    position = end;
  }
  if (position !== size) throw new FileSizeError(file, size, position);
}

/**
 * Reads and checks the header of a safetensors file (https://github.com/huggingface/safetensors, "Format"). Nothing is
 * believed: every entry's type, shape and offsets must agree with each other and with the size of the file.
 * Throws one of the errors of `safetensors-errors.ts`; `name` is the file's name in them.
 */
export async function readSafetensorsHeader(file: SourceFile, name: string): Promise<SafetensorsHeader> {
  const { text, dataStart } = await readHeaderText(file, name);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(text, name);
  if (!v.is(metadataSchema, metadata)) throw new HeaderFormatError(name, 'its metadata is not text by name');
  const tensors = Object.entries(entries)
    .map(([tensor, entry]) => parseEntry(name, tensor, entry, dataStart))
    // Empty tensors share their start with the next one and come first.
    .sort((a, b) => a.start - b.start || a.end - b.end);
  checkLayout(name, tensors, dataStart, file.size);
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata };
}
