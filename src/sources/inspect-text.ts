import type { SourceFile } from './file-source.ts';
import { textFields, recordTexts } from './jsonl-records.ts';
import { isRecords } from './text.ts';
import { TextMalformedError } from './text-errors.ts';
import { readBeginning } from './text-slices.ts';

/** What a text is, as far as its beginning tells. */
export interface TextInspection {
  readonly name: string;
  /** Of the file, packed where it is. */
  readonly bytes: number;
  readonly format: 'text' | 'jsonl';
  /** Text fields of a JSON Lines file, the likeliest first. */
  readonly fields: readonly string[];
  /** The first few hundred characters. */
  readonly sample: string;
}

/** Bytes that are looked at. */
const BEGINNING = 256 << 10;
const SAMPLE = 400;

/** Looks at the first 256 KB of a text. Throws {@link TextMalformedError}, or what the file throws. */
export async function inspectText(file: SourceFile, name: string): Promise<TextInspection> {
  const beginning = await readBeginning(name, file, BEGINNING);
  if (beginning.trim() === '') throw new TextMalformedError(name, 'it is empty');
  if (!isRecords(name, beginning, null)) {
    return { name, bytes: file.size, format: 'text', fields: [], sample: beginning.trimStart().slice(0, SAMPLE) };
  }
  const fields = textFields(beginning);
  const [likeliest] = fields;
  const sample = likeliest === undefined ? '' : recordTexts(name, beginning, likeliest).join('\n').slice(0, SAMPLE);
  return { name, bytes: file.size, format: 'jsonl', fields, sample };
}
