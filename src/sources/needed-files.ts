import { NoModelFilesError } from './download-errors.ts';
import type { RemoteFile, RemoteFolder } from './remote-folder.ts';
import { RemoteSource } from './remote-source.ts';
import { readShardIndex } from './sharded.ts';

const NEEDED = ['config.json', 'tokenizer.json'];
const WELCOME = ['tokenizer_config.json', 'special_tokens_map.json', 'generation_config.json', 'chat_template.jinja', 'README.md'];
const LICENCE = /^(LICENSE|LICENCE|NOTICE|USE_POLICY)(\.(md|txt))?$/i;
const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/**
 * The files of a folder that this program loads or must keep with the model: configuration, tokenizer, card, licence, and the weights as
 * safetensors, one file or the parts that its index names (which is read for that). The same weights in other formats are left.
 * Small files first. Throws {@link NoModelFilesError}, ShardIndexError, ShardNameError and the errors of `fetchRange`.
 */
export async function neededFiles(remote: RemoteFolder, signal?: AbortSignal): Promise<readonly RemoteFile[]> {
  const byPath = new Map(remote.files.map((file) => [file.path, file]));
  const take = (path: string): RemoteFile => {
    const file = byPath.get(path);
    if (!file) throw new NoModelFilesError(remote.name, path);
    return file;
  };
  const small = NEEDED.map(take);
  for (const file of remote.files) if (WELCOME.includes(file.path) || LICENCE.test(file.path)) small.push(file);
  if (byPath.has(WEIGHTS)) return [...small, take(WEIGHTS)];
  if (!byPath.has(INDEX)) throw new NoModelFilesError(remote.name, `${WEIGHTS}, nor ${INDEX}`);
  const { shards } = await readShardIndex(new RemoteSource(remote), INDEX, { signal });
  return [...small, take(INDEX), ...shards.map(take)];
}
