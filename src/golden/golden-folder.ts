import * as v from 'valibot';
import { checkTensors } from '../model/check-tensors.ts';
import { readConfig } from '../model/read-config.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { TokenBatch, WeightSource } from '../model/weights.ts';
import { readAll } from '../sources/file-source.ts';
import type { FileSource } from '../sources/file-source.ts';
import { openSafetensors } from '../sources/safetensors.ts';
import { GoldenMalformedError } from './golden-errors.ts';
import { goldenSchema } from './golden-schema.ts';
import type { Golden } from './golden-schema.ts';
import { GoldenTensors } from './golden-tensors.ts';

/** A golden folder that was read and found to be of the format. */
export interface GoldenFolder {
  readonly name: string;
  readonly golden: Golden;
  /** Of config.json, not of golden.json: the engine's own reading. */
  readonly spec: ModelSpec;
  readonly weights: WeightSource;
  readonly tensors: GoldenTensors;
  readonly calibration: TokenBatch;
  readonly batch: TokenBatch;
  /** One batch for each training step. */
  readonly steps: readonly TokenBatch[];
  /** What golden.json allows. Throws {@link GoldenMalformedError} where it says nothing. */
  tolerance(key: string): number;
}

function parseGolden(folder: string, text: string): Golden {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GoldenMalformedError(folder, 'golden.json is not JSON', { cause });
  }
  const parsed = v.safeParse(goldenSchema, json);
  if (parsed.success) return parsed.output;
  const problems = parsed.issues.slice(0, 3).map((issue) => `${v.getDotPath(issue) ?? 'golden.json'}: ${issue.message}`);
  throw new GoldenMalformedError(folder, `golden.json is not of the format (${problems.join('; ')})`);
}

async function oneBatch(folder: string, tensors: GoldenTensors, name: string, vocabulary: number): Promise<TokenBatch> {
  const [batch, ...more] = await tensors.batches(name, vocabulary);
  if (batch === undefined || more.length > 0) throw new GoldenMalformedError(folder, `the tensor ${name} is not one batch [sequences, length]`);
  return batch;
}

/**
 * Opens a golden folder: reads config.json, golden.json, the token ids and the headers of both safetensors files.
 * Throws {@link GoldenMalformedError}, or the errors of the source, of safetensors and of the model's config.
 */
export async function openGoldenFolder(source: FileSource): Promise<GoldenFolder> {
  const { name } = source;
  const text = async (path: string) => new TextDecoder().decode(await readAll(await source.open(path)));
  const golden = parseGolden(name, await text('golden.json'));
  const spec = readConfig(await text('config.json'));
  const open = async (path: string) => openSafetensors(await source.open(path), path);
  const model = await open('model.safetensors');
  checkTensors(spec, model);
  const tensors = new GoldenTensors(name, await open('golden.safetensors'));
  return {
    name,
    golden,
    spec,
    tensors,
    weights: { spec, read: (tensor) => model.readWeights(tensor), readRows: (tensor, start, end) => model.readRows(tensor, start, end) },
    calibration: await oneBatch(name, tensors, 'calib_ids', spec.vocabulary),
    batch: await oneBatch(name, tensors, 'batch_ids', spec.vocabulary),
    steps: golden.adamw === undefined ? [] : await tensors.batches('step_ids', spec.vocabulary),
    tolerance: (key) => {
      const value = golden.tolerances[key];
      if (value === undefined) throw new GoldenMalformedError(name, `golden.json states no tolerance "${key}"`);
      return value;
    },
  };
}
