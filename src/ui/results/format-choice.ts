import { formatIds, formatOf, type Format, type FormatId } from '../../export/formats.ts';
import type { ExportedFormat, FormatOffer } from '../../run/exports/export-events.ts';

/** How ONNX files compute attention: with standard operators, or with the fused one of onnxruntime. */
export type Attention = 'plain' | 'gqa';

const isMain = (format: Format): boolean => (format.kind === 'onnx' ? format.attention === 'plain' : format.shape === 'irregular');
const isPadded = (format: Format): boolean => format.kind !== 'onnx' && format.shape === 'padded';

/** The rows of the choice, ONNX fp16 first; which attention an ONNX row has is chosen beside them. */
export const mainRows: readonly FormatId[] = formatIds.filter((id) => isMain(formatOf(id)));
export const paddedRows: readonly FormatId[] = formatIds.filter((id) => isPadded(formatOf(id)));

export const isOnnx = (id: FormatId): boolean => formatOf(id).kind === 'onnx';

/** A row's format with an attention; only ONNX has two. */
export function withAttention(row: FormatId, attention: Attention): FormatId {
  const wanted = formatOf(row);
  if (wanted.kind !== 'onnx') return row;
  const same = (format: Format): boolean => format.kind === 'onnx' && format.attention === attention && format.precision === wanted.precision;
  return formatIds.find((id) => same(formatOf(id))) ?? row;
}

export const offerOf = (offers: readonly FormatOffer[], id: FormatId): FormatOffer | null => offers.find(({ format }) => format === id) ?? null;

/** What can be written of a format; false too where nothing is known of it. */
export const isAvailable = (offers: readonly FormatOffer[], id: FormatId): boolean => offerOf(offers, id)?.unavailable === null;

/** The row that is chosen until the reader chooses: the first that is to be had. */
export const firstAvailable = (offers: readonly FormatOffer[], attention: Attention): FormatId | null =>
  mainRows.find((row) => isAvailable(offers, withAttention(row, attention))) ?? null;

const typeNames: Readonly<Partial<Record<string, string>>> = { f16: 'F16', q8_0: 'Q8_0' };
const kindNames = { onnx: 'ONNX', safetensors: 'safetensors', gguf: 'GGUF' } as const;
const typeOf = (format: Format): string => (format.kind === 'onnx' ? format.precision : (typeNames[format.type] ?? format.type));

/** A row's name: "ONNX, fp16", "GGUF, Q8_0, padded". */
export function rowName(id: FormatId): string {
  const format = formatOf(id);
  return [kindNames[format.kind], typeOf(format), ...(isPadded(format) ? ['padded'] : [])].join(', ');
}

/** A format in a sentence: "ONNX fp16", "ONNX GQA fp16", "padded GGUF Q8_0". */
export function formatName(id: FormatId): string {
  const format = formatOf(id);
  const fused = format.kind === 'onnx' && format.attention === 'gqa' ? ['GQA'] : [];
  return [...(isPadded(format) ? ['padded'] : []), kindNames[format.kind], ...fused, typeOf(format)].join(' ');
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

/** Bytes of all files: of what was written, else of what would be; null where the format is not to be had. */
export function formatBytes(offer: FormatOffer | null, written: ExportedFormat | undefined): number | null {
  if (written) return sum(written.files.map(({ size }) => size));
  return offer && offer.unavailable === null ? sum(offer.files.map(({ bytes }) => bytes)) : null;
}

const isExternal = ({ path }: { readonly path: string }): boolean => /\.onnx_data(_\d+)?$/.test(path);

/** Whether the weights cannot stay in the ONNX file: such a file has to be below 2 GB. */
export const needsExternalData = (offer: FormatOffer | null): boolean => offer?.files.some(isExternal) ?? false;

/** Whether what was written is what is wanted now; ONNX is written anew to put its weights elsewhere. */
export function isWritten(offer: FormatOffer | null, written: ExportedFormat | undefined, externalData: boolean): boolean {
  if (!written) return false;
  return !isOnnx(written.format) || needsExternalData(offer) || written.files.some(isExternal) === externalData;
}
