import { formatIds, type FormatId } from '../../export/formats.ts';
import { folderPlace } from '../../run/exports/folder-place.ts';
import type { FormatOffer } from '../../run/exports/export-events.ts';
import { isAvailable, isOnnx, mainRows, offerOf, paddedRows, withAttention, type Attention } from './format-choice.ts';

/** Rows that can go into a folder. */
export const folderRows = (offers: readonly FormatOffer[], attention: Attention): FormatId[] =>
  [...mainRows, ...paddedRows].filter((row) => isAvailable(offers, withAttention(row, attention)));

/** What goes in until the reader chooses: an ONNX format, that which is chosen above if it is one, and the first safetensors. */
export function defaultRows(rows: readonly FormatId[], chosen: FormatId | null): FormatId[] {
  const onnx = chosen !== null && isOnnx(chosen) ? chosen : rows.find(isOnnx);
  const safetensors = rows.find((row) => row.startsWith('safetensors'));
  return rows.filter((row) => row === onnx || row === safetensors);
}

/** The formats of some rows in the order in which they are offered: the first safetensors format gets the root of the folder. */
export function folderFormats(rows: readonly FormatId[], attention: Attention): FormatId[] {
  const wanted = new Set(rows.map((row) => withAttention(row, attention)));
  return formatIds.filter((id) => wanted.has(id));
}

export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
}

/** The weights of a folder with these formats, by their place in it. */
export const plannedWeights = (offers: readonly FormatOffer[], formats: readonly FormatId[]): ListedFile[] =>
  formats.flatMap((id) => (offerOf(offers, id)?.files ?? []).map(({ path, bytes }) => ({ path: folderPlace(id, formats) + path, bytes })));

/** Paths of one format in a folder with these formats, or alone where they do not have it. */
export function pathsInFolder(id: FormatId, formats: readonly FormatId[], files: readonly { readonly path: string }[]): string[] {
  const place = folderPlace(id, formats.includes(id) ? formats : [id]);
  return files.map(({ path }) => place + path);
}
