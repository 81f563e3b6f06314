import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type * as Ort from 'onnxruntime-common';
import type { Prompt } from './prompts.ts';

/** What onnxruntime's builds for Node and for the web have in common. */
export type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>;

type Feeds = Record<string, Ort.Tensor>;

const present = (name: string): string => name.replace('past_key_values', 'present');

/** The file of weights beside an ONNX file, where there is one: onnxruntime finds it by itself in Node, and has to be given it on the web. */
async function externalData(path: string): Promise<{ path: string; data: Uint8Array }[]> {
  const data = await readFile(`${path}_data`).catch(() => null);
  return data === null ? [] : [{ path: `${basename(path)}_data`, data }];
}

/** Drives an exported decoder as its users do, one sequence at a time. */
class Decoder {
  readonly #ort: OrtModule;
  readonly #session: Ort.InferenceSession;

  constructor(ort: OrtModule, session: Ort.InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  /** Empty caches, of the sizes that the file states. */
  emptyPast(): Feeds {
    const inputs = this.#session.inputMetadata.filter(({ name }) => name.startsWith('past_key_values.'));
    return Object.fromEntries(
      inputs.map((input) => {
        if (!input.isTensor) throw new Error(`${input.name} is no tensor`);
        const dims = [1, Number(input.shape[1]), 0, Number(input.shape[3])];
        const tensor = input.type === 'float16' ? new this.#ort.Tensor('float16', new Uint16Array(0), dims) : new this.#ort.Tensor('float32', new Float32Array(0), dims);
        return [input.name, tensor];
      }),
    );
  }

  /** Runs tokens after `start` others. `keep`: for how many of the last positions logits are wanted, 0 for all. */
  async run(ids: readonly number[], start: number, past: Feeds, keep: number): Promise<{ logits: Float32Array; past: Feeds }> {
    const integers = (values: readonly number[], dims: readonly number[]): Ort.Tensor => new this.#ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const offered: Feeds = {
      ...past,
      input_ids: integers(ids, [1, ids.length]),
      attention_mask: integers(Array.from({ length: start + ids.length }, () => 1), [1, start + ids.length]),
      position_ids: integers(ids.map((_, index) => start + index), [1, ids.length]),
      num_logits_to_keep: integers([keep], []),
    };
    const feeds = Object.fromEntries(Object.entries(offered).filter(([name]) => this.#session.inputNames.includes(name)));
    const outputs = await this.#session.run(feeds);
    const { logits } = outputs;
    if (!(logits?.data instanceof Float32Array)) throw new Error('logits are no float32');
    const positions = keep === 0 ? ids.length : Math.min(keep, ids.length);
    if (logits.dims[1] !== positions) throw new Error(`logits of ${logits.dims[1]} positions came where ${positions} were asked for`);
    const grown = Object.keys(past).map((name) => {
      const cache = outputs[present(name)];
      if (cache === undefined) throw new Error(`there is no ${present(name)}`);
      return [name, cache] as const;
    });
    return { logits: logits.data, past: Object.fromEntries(grown) };
  }
}

/**
 * Logits `[ids + next, vocabulary]` of a prompt and what follows: the prompt's in one pass, its last two once more with
 * `num_logits_to_keep`, then one token at a time with the cache.
 */
async function decode(decoder: Decoder, { ids, next }: Prompt): Promise<Float32Array[]> {
  const all = await decoder.run(ids, 0, decoder.emptyPast(), 0);
  const few = await decoder.run(ids, 0, decoder.emptyPast(), 2);
  const parts = [all.logits.subarray(0, all.logits.length - few.logits.length), few.logits];
  let { past } = few;
  for (const [index, id] of next.entries()) {
    const step = await decoder.run([id], ids.length + index, past, 1);
    past = step.past;
    parts.push(step.logits);
  }
  return parts;
}

/**
 * Opens an exported ONNX file in a session of `ort`; for each prompt the logits of it and of `next`, `[positions, vocabulary]`.
 * `onWeb`: as a page does it, from bytes.
 */
export async function runInOrt(ort: OrtModule, path: string, prompts: readonly Prompt[], onWeb: boolean): Promise<Float32Array[]> {
  const quiet = { logSeverityLevel: 3 } as const;
  const session = onWeb
    ? await ort.InferenceSession.create(new Uint8Array(await readFile(path)), { ...quiet, externalData: await externalData(path) })
    : await ort.InferenceSession.create(path, quiet);
  try {
    const decoder = new Decoder(ort, session);
    const answers: Float32Array[] = [];
    for (const prompt of prompts) {
      const parts = await decode(decoder, prompt);
      answers.push(Float32Array.from(parts.flatMap((part) => [...part])));
    }
    return answers;
  } finally {
    await session.release();
  }
}
