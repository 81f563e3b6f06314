import { duplicateKey, parseJsonObject } from './bounded-json.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { checkPath, PathRefusedError, readAll } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import { TensorMissingError } from './safetensors-errors.ts';
import { openSafetensors } from './safetensors.ts';
import type { Safetensors } from './safetensors.ts';
import { ShardIndexError, ShardMismatchError, ShardNameError } from './sharded-errors.ts';
import type { StoredTensor, TensorFile } from './tensor-file.ts';

/** The index, its weight map or metadata, and what metadata may hold besides. */
const MAX_DEPTH = 4;

/** What `model.safetensors.index.json` says, once it is believed. */
export interface ShardIndex {
  /** The part that holds a tensor, by the tensor's name. */
  readonly shardOf: ReadonlyMap<string, string>;
  /** Names of the parts, in the order of their first mention. */
  readonly shards: readonly string[];
  /** Bytes of all tensors, where the index says so. */
  readonly totalBytes: number | null;
}

function checkShard(index: string, shard: unknown): string {
  if (typeof shard !== 'string') throw new ShardIndexError(index, 'its weight_map names no file for a tensor');
  try {
    checkPath(index, shard);
  } catch (cause) {
    if (cause instanceof PathRefusedError) throw new ShardNameError(index, shard);
    throw cause;
  }
  if (!shard.endsWith('.safetensors') || shard.length > 200) throw new ShardNameError(index, shard);
  return shard;
}

function totalBytes(metadata: unknown): number | null {
  if (typeof metadata !== 'object' || metadata === null || !('total_size' in metadata)) return null;
  const { total_size: total } = metadata;
  return typeof total === 'number' && Number.isSafeInteger(total) && total > 0 ? total : null;
}

/**
 * Parses the text of an index; `name` is its file's name in errors. No part is opened.
 * Throws {@link ShardIndexError}, {@link ShardNameError}.
 */
export function parseShardIndex(text: string, name: string): ShardIndex {
  const parsed = parseJsonObject(text, MAX_DEPTH);
  if ('fault' in parsed) throw new ShardIndexError(name, parsed.fault, { cause: parsed.cause });
  const { json } = parsed;
  const map = Object.hasOwn(json, 'weight_map') ? json['weight_map'] : undefined;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw new ShardIndexError(name, 'it has no weight_map');
  const count = Object.keys(map).length;
  if (count > sourceLimits.indexed) throw new ShardIndexError(name, `it names ${count} tensors, more than the ${sourceLimits.indexed} that are read`);
  const duplicate = duplicateKey(text);
  if (duplicate !== null) throw new ShardIndexError(name, `it has the name ${JSON.stringify(duplicate.slice(0, 80))} twice`);
  const shardOf = new Map(Object.entries(map).map(([tensor, shard]) => [tensor, checkShard(name, shard)]));
  const shards = [...new Set(shardOf.values())];
  if (shards.length === 0) throw new ShardIndexError(name, 'its weight_map is empty');
  if (shards.length > sourceLimits.shards) throw new ShardIndexError(name, `it names ${shards.length} files, more than the ${sourceLimits.shards} that are read`);
  return { shardOf, shards, totalBytes: totalBytes(json['metadata']) };
}

/** Reads and checks an index. Throws {@link ShardIndexError}, {@link ShardNameError} and the errors of the source. */
export async function readShardIndex(source: FileSource, path: string, { signal }: OpenOptions = {}): Promise<ShardIndex> {
  const file = await source.open(path, { signal });
  if (file.size > sourceLimits.index) throw new ShardIndexError(path, `it has ${file.size} bytes, more than the ${sourceLimits.index} that are read`);
  const text = decodeUtf8(await readAll(file));
  if (text === null) throw new ShardIndexError(path, 'it is not UTF-8 text');
  return parseShardIndex(text, path);
}

/** The index and the header of a part must name the same tensors. */
function checkShardTensors(index: ShardIndex, shard: string, { tensors }: Safetensors): void {
  for (const name of tensors.keys()) {
    const stated = index.shardOf.get(name);
    if (stated === undefined) throw new ShardMismatchError(shard, name, 'is not named by the index');
    if (stated !== shard) throw new ShardMismatchError(shard, name, `should be in ${JSON.stringify(stated.slice(0, 80))} by the index`);
  }
  for (const [name, stated] of index.shardOf) {
    if (stated === shard && !tensors.has(name)) throw new ShardMismatchError(shard, name, 'is missing there, though the index names it');
  }
}

/** Opens the parts one after the other; progress counts the bytes of all. */
async function openShards(source: FileSource, { shards, totalBytes: total }: ShardIndex, { signal, onProgress }: OpenOptions): Promise<Map<string, SourceFile>> {
  const files = new Map<string, SourceFile>();
  let before = 0;
  for (const shard of shards) {
    const file = await source.open(shard, {
      signal,
      // Headers are not in the index's total.
      onProgress: (done) => onProgress?.(before + done, total === null ? null : Math.max(total, before + done)),
    });
    before += file.size;
    files.set(shard, file);
  }
  return files;
}

/**
 * Weights in several safetensors files beside an index (`path`, usually `model.safetensors.index.json`). Every header is
 * read and checked, and that index and headers agree. Throws {@link ShardMismatchError}, the errors of
 * {@link readShardIndex}, of safetensors and of the source.
 */
export async function openSharded(source: FileSource, path: string, options: OpenOptions = {}): Promise<TensorFile> {
  const index = await readShardIndex(source, path, options);
  const parts = new Map<string, Safetensors>();
  const tensors = new Map<string, StoredTensor>();
  for (const [shard, file] of await openShards(source, index, options)) {
    const part = await openSafetensors(file, shard);
    checkShardTensors(index, shard, part);
    parts.set(shard, part);
    for (const [name, tensor] of part.tensors) tensors.set(name, tensor);
  }
  const partOf = (name: string): Safetensors => {
    const part = parts.get(index.shardOf.get(name) ?? '');
    if (!part) throw new TensorMissingError(path, name);
    return part;
  };
  return {
    tensors,
    readWeights: async (name) => partOf(name).readWeights(name),
    readRows: async (name, start, end) => partOf(name).readRows(name, start, end),
  };
}
