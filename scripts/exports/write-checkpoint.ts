import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomFor } from '../../src/base/random.ts';
import type { Random } from '../../src/base/random.ts';
import { neededTensors } from '../../src/model/expected-tensors.ts';
import { specOfConfig } from '../../src/model/read-config.ts';
import type { PlainModel } from '../../src/model/reference-forward.fixture.ts';
import { writeSafetensors } from '../../src/sources/write-safetensors.fixture.ts';
import type { ModelPlan } from './irregular-models.ts';

/** A short template, with what most have: roles, a generation prompt, the token that ends a text. */
const CHAT_TEMPLATE =
  "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '<|endoftext|>' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

/** What it makes of one greeting. */
export const CHAT = 'user: Hello there<|endoftext|>assistant: ';

const VOCABULARY = 1024;

interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | readonly [string, string])[] };
}

/** The bundled model's tokenizer without its later merges: what it knows then was learned in the same order. */
async function smallTokenizer(): Promise<string> {
  const text = await readFile(fileURLToPath(new URL('../../public/models/tales-6m/tokenizer.json', import.meta.url)), 'utf8');
  const file = JSON.parse(text) as TokenizerFile;
  const vocab = Object.fromEntries(Object.entries(file.model.vocab).filter(([, id]) => id < VOCABULARY));
  const merged = (merge: string | readonly [string, string]): string => (typeof merge === 'string' ? merge.replace(' ', '') : merge.join(''));
  const merges = file.model.merges.filter((merge) => merged(merge) in vocab);
  return JSON.stringify({ ...file, model: { ...file.model, vocab, merges } });
}

/** Normally distributed, mean 0 and deviation 1 (Box and Muller). */
const gauss = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());

/**
 * Middle and deviation of a tensor's elements. Every module adds more to the hidden state than the embedding put
 * there (or a tied head would repeat the token before), attention is neither flat nor saturated, and logits are a few units apart.
 */
function spread(name: string, shape: readonly number[]): readonly [middle: number, deviation: number] {
  const columns = shape[1] ?? 1;
  if (name.endsWith('norm.weight')) return [1, 0.1];
  if (name.endsWith('.bias')) return [0, 0.3];
  if (name === 'model.embed_tokens.weight') return [0, 0.25];
  if (name === 'lm_head.weight') return [0, 4 / Math.sqrt(columns)];
  return [0, (/(o_proj|down_proj)/.test(name) ? 2 : 1) / Math.sqrt(columns)];
}

/** The weights of a planned model: the same for the same plan. */
export function randomModel({ name: model, seed, config }: ModelPlan): PlainModel {
  const spec = specOfConfig(config);
  const tensors = [...neededTensors(spec)].map(([name, shape]) => {
    const random = randomFor(seed, model, name);
    const [middle, deviation] = spread(name, shape);
    const size = shape.reduce((product, side) => product * side, 1);
    return [name, Float32Array.from({ length: size }, () => middle + deviation * gauss(random))] as const;
  });
  return { spec, tensors: new Map(tensors) };
}

/** Adds the size of the vocabulary that {@link writeCheckpoint}'s tokenizer has. */
export const withVocabulary = (plan: ModelPlan): ModelPlan => ({ ...plan, config: { ...plan.config, vocab_size: VOCABULARY } });

/** Writes a model's folder as it would come from the Hub: config.json, model.safetensors (float32) and a real tokenizer. */
export async function writeCheckpoint(folder: string, plan: ModelPlan, { spec, tensors }: PlainModel): Promise<void> {
  const shapes = neededTensors(spec);
  const stored = [...tensors].map(([name, values]) => [name, { shape: shapes.get(name) ?? [], bytes: new Uint8Array(values.buffer) }] as const);
  const tokenizerConfig = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: '<|endoftext|>',
    eos_token: '<|endoftext|>',
    model_max_length: 256,
    clean_up_tokenization_spaces: false,
    ...(plan.chatTemplate === 'config' ? { chat_template: CHAT_TEMPLATE } : {}),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(plan.config));
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(stored));
  await writeFile(join(folder, 'tokenizer.json'), await smallTokenizer());
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig));
  if (plan.chatTemplate === 'file') await writeFile(join(folder, 'chat_template.jinja'), CHAT_TEMPLATE);
  if (plan.chatTemplate === 'none') await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: 0, do_sample: true, temperature: 0.7 }));
}
