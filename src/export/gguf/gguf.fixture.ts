import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { collectBytes } from '../../base/lazy-bytes.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import { readerOf } from '../../model/plain-model.fixture.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import type { CompanionFiles } from '../../sources/companion-files.ts';
import type { PlannedFile } from '../planned-file.ts';
import { enclosingShape } from '../rewrite/padded.ts';
import { planGguf } from './plan-gguf.ts';
import type { GgufOptions } from './plan-gguf.ts';

const RUNNER = fileURLToPath(new URL('../../../scripts/exports/run-llama.mjs', import.meta.url));

/** A tokenizer's files as exports get them. */
export const companionsOf = (tokenizer: string, tokenizerConfig: Readonly<Record<string, unknown>> = {}, others: Partial<CompanionFiles> = {}): CompanionFiles => ({
  tokenizer: new TextEncoder().encode(tokenizer),
  tokenizerConfig,
  chatTemplate: null,
  generationConfig: null,
  ...others,
});

/** A byte-level tokenizer of four tokens: models of five embeddings have room for it. */
export const tinyTokenizer = {
  added_tokens: [{ id: 0, content: '<|endoftext|>', special: true }],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: { '<|endoftext|>': 0, a: 1, b: 2, ab: 3 }, merges: [['a', 'b']] },
};

export const tinyCompanions = companionsOf(JSON.stringify(tinyTokenizer), { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>' });

/** A file of a model in memory; what is not given is F16, irregular, with the tiny tokenizer. */
export function planOf(model: PlainModel, options: Partial<GgufOptions> = {}): PlannedFile {
  const [file] = planGguf({
    weights: wholeSource(model.spec, readerOf(model)),
    type: 'f16',
    shape: 'irregular',
    dense: enclosingShape(model.spec),
    companions: tinyCompanions,
    path: 'model.gguf',
    name: 'A model',
    licence: null,
    ...options,
  });
  if (file === undefined) throw new RangeError('no file');
  return file;
}

const answerSchema = v.object({
  logProbabilities: v.array(v.array(v.array(v.number()))),
  greedy: v.array(v.array(v.number())),
  tokens: v.array(v.array(v.number())),
  opensWithBos: v.boolean(),
  warnings: v.array(v.string()),
});
export type LlamaAnswer = v.InferOutput<typeof answerSchema>;

export interface LlamaQuestion {
  readonly prompts?: readonly (readonly number[])[];
  readonly generate?: number;
  readonly texts?: readonly string[];
}

function runScript(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [RUNNER], { stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => output.push(piece));
    child.stderr.on('data', (piece: Buffer) => errors.push(piece));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(`llama.cpp ended with ${signal ?? code}: ${Buffer.concat(errors).toString().slice(-2000)}`));
    });
    child.stdin.end(input);
  });
}

/** What llama.cpp computes from a file, in a process of its own. */
export async function askLlama(file: PlannedFile, question: LlamaQuestion): Promise<LlamaAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
  try {
    const model = join(folder, file.path);
    writeFileSync(model, await collectBytes(file.content));
    return v.parse(answerSchema, JSON.parse(await runScript(JSON.stringify({ model, ...question }))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
