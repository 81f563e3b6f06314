import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Prompt } from './prompts.ts';
import type { Logits } from './reference.ts';

const script = fileURLToPath(new URL('run-llama.mjs', import.meta.url));
const MINUTES = 60_000;

const answerSchema = v.object({
  logProbabilities: v.array(v.array(v.array(v.number()))),
  greedy: v.array(v.array(v.number())),
  tokens: v.array(v.array(v.number())),
});

export interface LlamaAnswer {
  /** For each prompt the logits of it and of `next`, `[positions, vocabulary]`, up to a number that is the same for all of a position. */
  readonly logits: Logits;
  /** Tokens that it writes after each prompt. */
  readonly greedy: readonly (readonly number[])[];
  /** Token ids of each prompt, by the file's tokenizer. */
  readonly tokens: readonly (readonly number[])[];
}

/** Opens a GGUF file with llama.cpp, in a process of its own: what it does not like may end that. */
export function runInLlama(file: string, prompts: readonly Prompt[]): LlamaAnswer {
  const whole = prompts.map(({ ids, next }) => [...ids, ...next]);
  const input = { model: file, prompts: [...whole, ...prompts.map(({ ids }) => ids)], generate: prompts[0]?.next.length ?? 0, texts: prompts.map(({ text }) => text) };
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 2 * MINUTES,
  });
  if (status !== 0) throw new Error(`llama.cpp ended with ${signal ?? `code ${status}`}: ${stderr.slice(-600)}`);
  const { logProbabilities, greedy, tokens } = v.parse(answerSchema, JSON.parse(stdout));
  return { logits: logProbabilities.slice(0, prompts.length).map((rows) => rows.flat()), greedy: greedy.slice(prompts.length), tokens };
}
