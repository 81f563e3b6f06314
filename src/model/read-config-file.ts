import { decodeUtf8 } from '../sources/decode-utf8.ts';
import { readAll } from '../sources/file-source.ts';
import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import { limits } from './config-values.ts';
import { ConfigInvalidError } from './read-config.ts';

/** The text of a source's config.json. Throws {@link ConfigInvalidError} if it is absurdly long, and the errors of the source. */
export async function readConfigFile(source: FileSource, { signal }: OpenOptions = {}): Promise<string> {
  const file = await source.open('config.json', { signal });
  if (file.size > limits.config) throw new ConfigInvalidError([`it has ${file.size} bytes, more than the ${limits.config} that are read`]);
  const text = decodeUtf8(await readAll(file));
  if (text === null) throw new ConfigInvalidError(['it is not UTF-8 text']);
  return text;
}
