import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import { parseJsonObject } from '../sources/bounded-json.ts';
import { readAll } from '../sources/file-source.ts';
import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import { limits } from './config-values.ts';
import { GENERATOR } from './export-metadata.ts';

/** Where an exported folder says what its files are. It is written last, so a folder without one is not whole. */
export const MANIFEST = 'manifest.json';

/** The manifest, its files, one of them. */
const MAX_DEPTH = 3;

const manifestSchema = v.looseObject({
  generator: v.literal(GENERATOR),
  files: v.pipe(v.array(v.looseObject({ path: v.string(), size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) })), v.maxLength(limits.manifestFiles)),
});

/** A file of an exported folder is not as long as the export made it. */
export class ExportIncompleteError extends ExplainedError {
  constructor(source: string, path: string, size: number, stated: number) {
    super({
      what: `This export is not whole: ${JSON.stringify(path.slice(0, 120))} in ${source} has ${size} bytes, and ${MANIFEST} states ${stated}.`,
      means: 'The export or a copy of it broke off, or files of several exports were mixed; nothing was loaded.',
      remedy: `Copy the folder again or export the model again. If you changed the file yourself, take ${MANIFEST} out of the folder.`,
    });
  }
}

/** Sizes by path that the manifest states; none where there is no manifest of this program. */
async function statedSizes(source: FileSource, options: OpenOptions): Promise<ReadonlyMap<string, number>> {
  const listed = (await source.list?.()) ?? [];
  if (!listed.includes(MANIFEST)) return new Map();
  const file = await source.open(MANIFEST, options);
  if (file.size > limits.manifest) return new Map();
  const parsed = parseJsonObject(new TextDecoder().decode(await readAll(file)), MAX_DEPTH);
  const manifest = v.safeParse(manifestSchema, 'json' in parsed ? parsed.json : null);
  return new Map(manifest.success ? manifest.output.files.map(({ path, size }) => [path, size]) : []);
}

/**
 * The same source, whose files must have the sizes that the manifest of an exported folder states: opening one that has not throws
 * {@link ExportIncompleteError}. Sums are not checked, since that would read everything. The card (README.md) is people's to
 * change, and a folder without a manifest is taken as it is. Throws the errors of the source.
 */
export async function asManifested(source: FileSource, { signal }: OpenOptions = {}): Promise<FileSource> {
  const sizes = await statedSizes(source, { signal });
  if (sizes.size === 0) return source;
  const open: FileSource['open'] = async (path, options) => {
    const file = await source.open(path, options);
    const stated = sizes.get(path) ?? file.size;
    if (file.size !== stated && !path.endsWith('.md')) throw new ExportIncompleteError(source.name, path, file.size, stated);
    return file;
  };
  return { name: source.name, ...(source.about ? { about: source.about } : {}), open, list: async () => (await source.list?.()) ?? [] };
}
