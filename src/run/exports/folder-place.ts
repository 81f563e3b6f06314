import { formatOf } from '../../export/formats.ts';
import type { FormatId } from '../../export/formats.ts';

/**
 * Whether a format lies in the root of a model folder that has these formats, or is a folder of its own inside it: there can
 * be one config.json, and one model.safetensors, in a folder. The first irregular safetensors format gets the root.
 */
export function isInRoot(id: FormatId, formats: readonly FormatId[]): boolean {
  const format = formatOf(id);
  if (format.kind !== 'safetensors') return true;
  return format.shape === 'irregular' && formats.find((other) => formatOf(other).kind === 'safetensors' && isIrregular(other)) === id;
}

const isIrregular = (id: FormatId): boolean => {
  const format = formatOf(id);
  return format.kind === 'safetensors' && format.shape === 'irregular';
};

/** What comes before a format's paths in a model folder that has these formats: nothing, or a folder named by its id. */
export const folderPlace = (id: FormatId, formats: readonly FormatId[]): string => (isInRoot(id, formats) ? '' : `${id}/`);
