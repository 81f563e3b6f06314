import * as v from 'valibot';
import { ExplainedError } from '../../base/explained-error.ts';
import { MANIFEST } from '../../model/export-manifest.ts';
import { GENERATOR } from '../../model/export-metadata.ts';
import { parseJsonObject } from '../../sources/bounded-json.ts';
import type { WrittenFile } from '../write-file.ts';

const manifestSchema = v.object({
  version: v.literal(1),
  files: v.array(
    v.object({
      path: v.pipe(v.string(), v.minLength(1)),
      size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});

/** The object, its list of files, a file. */
const MAX_DEPTH = 3;

/** A manifest is cut off, or something else. */
export class ManifestInvalidError extends ExplainedError {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      {
        what: `${MANIFEST} cannot be used: ${reason}.`,
        means: 'Whether the exported files are whole is not known.',
        remedy: 'Export the model again.',
      },
      options,
    );
  }
}

/** The text of a manifest: every file of an export with its size and hash, sorted by path. The manifest is not among them. */
export function manifest(files: readonly WrittenFile[]): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, size, sha256 }) => ({ path, size, sha256 }));
  return `${JSON.stringify({ version: 1, generator: GENERATOR, files: sorted }, null, 2)}\n`;
}

/** A file as it was found; `sha256` is null where it was not read. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string | null;
}

/**
 * What is wrong with the files of an export, a sentence's part for each; none: it is whole. Files that the manifest does not
 * name are passed over. Throws {@link ManifestInvalidError}.
 */
export function checkManifest(text: string, found: readonly FoundFile[]): string[] {
  const parsed = parseJsonObject(text, MAX_DEPTH);
  if ('fault' in parsed) throw new ManifestInvalidError(parsed.fault, { cause: parsed.cause });
  const result = v.safeParse(manifestSchema, parsed.json);
  if (!result.success) throw new ManifestInvalidError(`at "${v.getDotPath(result.issues[0]) ?? 'the top'}": ${result.issues[0].message.slice(0, 200)}`);
  const byPath = new Map(found.map((file) => [file.path, file]));
  return result.output.files.flatMap(({ path, size, sha256 }) => {
    const file = byPath.get(path);
    if (!file) return [`${path} is missing`];
    if (file.size !== size) return [`${path} has ${file.size} bytes and not ${size}`];
    return file.sha256 !== null && file.sha256 !== sha256 ? [`${path} has other content than was written`] : [];
  });
}
