import * as v from 'valibot';
import { duplicateKey, parseJsonObject } from './bounded-json.ts';
import { dtypeBytes, isDtype } from './dtypes.ts';
import type { Dtype } from './dtypes.ts';
import type { SourceFile } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import type { StoredTensor } from './tensor-file.ts';
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

export interface TensorInfo extends StoredTensor {
  readonly dtype: Dtype;
  /** Place in the file: bytes `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Of the tensors by name, the entry of one, its lists. */
const MAX_DEPTH = 3;

const entrySchema = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(v.unknown()), v.maxLength(sourceLimits.dimensions)),
  data_offsets: v.tuple([v.number(), v.number()]),
});
const metadataSchema = v.record(v.string(), v.string());

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

async function readHeaderText(file: SourceFile, name: string): Promise<{ text: string; dataStart: number }> {
  if (file.size < 8) throw new HeaderLengthError(name, `it has ${file.size} bytes, fewer than the 8 of its length field`);
  const field = await file.slice(0, 8);
  const declared = new DataView(field.buffer).getBigUint64(0, true);
  if (declared > BigInt(sourceLimits.header)) {
    throw new HeaderLengthError(name, `its header claims ${declared} bytes, more than the ${sourceLimits.header} that are read`);
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

function parseHeader(text: string, name: string): Readonly<Record<string, unknown>> {
  const parsed = parseJsonObject(text, MAX_DEPTH);
  if ('fault' in parsed) throw new HeaderFormatError(name, parsed.fault, { cause: parsed.cause });
  const count = Object.keys(parsed.json).length;
  if (count > sourceLimits.tensors + 1) throw new HeaderFormatError(name, `it has ${count - 1} tensors, more than the ${sourceLimits.tensors} that are read`);
  const duplicate = duplicateKey(text);
  if (duplicate !== null) throw new DuplicateNameError(name, duplicate);
  return parsed.json;
}

/** Checks one entry by itself: type, shape, offsets in order, bytes as type and shape need. */
function parseEntry(file: string, name: string, entry: unknown, dataStart: number): TensorInfo {
  const parsed = v.safeParse(entrySchema, entry);
  if (!parsed.success) {
    throw new HeaderFormatError(file, `the entry ${JSON.stringify(name.slice(0, 80))} lacks a dtype, a shape of at most ${sourceLimits.dimensions} sizes or two data offsets`);
  }
  const { dtype, shape, data_offsets: [from, to] } = parsed.output;
  if (!isDtype(dtype)) throw new UnknownDtypeError(file, name, dtype);
  if (!shape.every(isCount)) throw new TensorShapeError(file, name, JSON.stringify(shape).slice(0, 80));
  const needed = shape.reduce((product, size) => product * size, dtypeBytes[dtype]);
  // Without the zeros, so that no part of the product is beyond what a number holds.
  const spanned = shape.reduce((product, size) => product * (size || 1), dtypeBytes[dtype]);
  if (!Number.isSafeInteger(spanned)) throw new TensorShapeError(file, name, JSON.stringify(shape).slice(0, 80));
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
  if (Object.keys(entries).some(({ length }) => length > sourceLimits.tensorName)) throw new HeaderFormatError(name, `a tensor has a name of more than ${sourceLimits.tensorName} characters`);
  const tensors = Object.entries(entries)
    .map(([tensor, entry]) => parseEntry(name, tensor, entry, dataStart))
    // Empty tensors share their start with the next one and come first.
    .sort((a, b) => a.start - b.start || a.end - b.end);
  checkLayout(name, tensors, dataStart, file.size);
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata };
}
