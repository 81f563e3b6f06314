import type { SourceFile } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import { OnnxFormatError } from './onnx-errors.ts';

/**
 * The protobuf wire format (https://protobuf.dev/programming-guides/encoding) read from a file of any size: fields are
 * walked one after the other, and what is not wanted is stepped over, not read.
 */

/** A place in the file: bytes `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type WireField =
  /** `value` is Infinity where it is beyond what a number holds exactly, as all negative ones are. */
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  /** Text, bytes, a message or packed numbers. */
  | ({ readonly number: number; readonly kind: 'bytes' } & Span)
  | { readonly number: number; readonly kind: 'fixed' };

/** Bytes read at once: few after a jump, more as long as it goes straight on. */
const WINDOW = { smallest: 1 << 12, largest: 1 << 18 };

export class WireReader {
  readonly #file: SourceFile;
  readonly #name: string;
  #window = new Uint8Array();
  /** Place of the window in the file. */
  #at = 0;
  #size = WINDOW.smallest;
  #fields = 0;

  /** `name` is the file's name in errors. */
  constructor(file: SourceFile, name: string) {
    this.#file = file;
    this.#name = name;
  }

  get whole(): Span {
    return { start: 0, end: this.#file.size };
  }

  /** The fields of a message. Throws {@link OnnxFormatError} where it breaks off or has fields of no known kind. */
  async *fields({ start, end }: Span): AsyncGenerator<WireField, void> {
    let position = start;
    while (position < end) {
      if (++this.#fields > sourceLimits.onnxFields) throw new OnnxFormatError(this.#name, `it has more than ${sourceLimits.onnxFields} fields`);
      const tag = await this.#varint(position, end);
      const number = Math.floor(tag.value / 8);
      if (number === 0 || number >= 2 ** 29) throw new OnnxFormatError(this.#name, `there is no field at byte ${position}`);
      const field = await this.#field(number, tag.value % 8, { start: tag.end, end });
      yield field.value;
      position = field.end;
    }
  }

  /** The numbers of a packed field, at most `limit`. Throws {@link OnnxFormatError}. */
  async packed({ start, end }: Span, limit: number): Promise<number[]> {
    const values: number[] = [];
    for (let position = start; position < end; ) {
      const { value, end: next } = await this.#varint(position, end);
      if (values.length === limit) throw new OnnxFormatError(this.#name, `a list has more than ${limit} numbers`);
      values.push(value);
      position = next;
    }
    return values;
  }

  /** The text of a field of at most `limit` bytes. Throws {@link OnnxFormatError}. */
  async text({ start, end }: Span, limit: number): Promise<string> {
    if (end - start > limit) throw new OnnxFormatError(this.#name, `a text has ${end - start} bytes, more than the ${limit} that are read`);
    const bytes = await this.#file.slice(start, end);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new OnnxFormatError(this.#name, 'a text is not UTF-8', { cause });
    }
  }

  async #field(number: number, wireType: number, { start, end }: Span): Promise<{ value: WireField; end: number }> {
    switch (wireType) {
      case 0: {
        const { value, end: next } = await this.#varint(start, end);
        return { value: { number, kind: 'varint', value }, end: next };
      }
      case 1:
        return { value: { number, kind: 'fixed' }, end: this.#inside(start, 8, end) };
      case 2: {
        const length = await this.#varint(start, end);
        const next = this.#inside(length.end, length.value, end);
        return { value: { number, kind: 'bytes', start: length.end, end: next }, end: next };
      }
      case 5:
        return { value: { number, kind: 'fixed' }, end: this.#inside(start, 4, end) };
      default:
        throw new OnnxFormatError(this.#name, `a field at byte ${start} is of the unknown kind ${wireType}`);
    }
  }

  /** The end of `length` bytes, which must lie inside their message. */
  #inside(start: number, length: number, end: number): number {
    if (length > end - start) throw new OnnxFormatError(this.#name, `a field at byte ${start} claims ${length} bytes and has ${end - start}`);
    return start + length;
  }

  /** Base 128, least digits first, at most ten bytes. */
  async #varint(position: number, end: number): Promise<{ value: number; end: number }> {
    let value = 0;
    for (let digit = 0; digit < 10; digit++) {
      const place = position + digit;
      if (place >= end) throw new OnnxFormatError(this.#name, `it breaks off in a number at byte ${position}`);
      // Only at the edge of the window is there anything to wait for.
      const byte = this.#window[place - this.#at] ?? (await this.#load(place));
      value += (byte & 0x7f) * 2 ** (7 * digit);
      if (byte < 0x80) return { value: Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY, end: place + 1 };
    }
    throw new OnnxFormatError(this.#name, `a number at byte ${position} has no end`);
  }

  /** Reads the window that begins at `place`; returns its first byte. */
  async #load(place: number): Promise<number> {
    const straight = place === this.#at + this.#window.length;
    this.#size = straight ? Math.min(2 * this.#size, WINDOW.largest) : WINDOW.smallest;
    this.#window = await this.#file.slice(place, Math.min(place + this.#size, this.#file.size));
    this.#at = place;
    return this.#window[0] ?? 0;
  }
}
