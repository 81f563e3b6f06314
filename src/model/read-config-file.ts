import { readAll } from '../sources/file-source.ts';
import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import { ConfigInvalidError } from './read-config.ts';

/** No config.json is this long, bytes. */
const MAX_CONFIG = 1 << 20;

/** The text of a source's config.json. Throws {@link ConfigInvalidError} if it is absurdly long, and the errors of the source. */
export async function readConfigFile(source: FileSource, { signal }: OpenOptions = {}): Promise<string> {
  const file = await source.open('config.json', { signal });
  if (file.size > MAX_CONFIG) throw new ConfigInvalidError([`it has ${file.size} bytes, more than the ${MAX_CONFIG} that are read`]);
  return new TextDecoder().decode(await readAll(file));
}
