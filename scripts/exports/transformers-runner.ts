import { AutoModelForCausalLM, AutoTokenizer, env, LogLevel, Tensor } from '@huggingface/transformers';
import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers';
import { basename, dirname } from 'node:path';
import type { Prompt } from './prompts.ts';

/** What transformers.js makes of a folder. */
export interface TransformersAnswer {
  /** For each prompt the logits of it and of `next` in one pass, `[positions, vocabulary]`. */
  readonly logits: readonly Float32Array[];
  /** For each prompt the tokens that `generate` appends to it. */
  readonly generated: readonly (readonly number[])[];
  /** As `generated`, of all prompts in one batch padded on the left; null where that was not asked for. */
  readonly batched: readonly (readonly number[])[] | null;
  /** Token ids of each prompt, by the folder's tokenizer. */
  readonly tokens: readonly (readonly number[])[];
  /** A chat in the folder's template; null where it has none. */
  readonly chat: string | null;
}

interface Options {
  readonly dtype: 'fp32' | 'fp16' | 'q4' | 'q4f16';
  /** `model`, or `model_gqa`. */
  readonly file: string;
  /** Whether prompts of different lengths may be batched. */
  readonly batch: boolean;
}

/** A use of a loaded model: the library's own types say no more of what comes back. */
function tensorOf(value: unknown): Tensor {
  if (!(value instanceof Tensor)) throw new Error('transformers.js gave no tensor');
  return value;
}

const rowsOf = (tensor: Tensor): number[][] => tensor.tolist().map((row: unknown[]) => row.map(Number));

async function generate(model: PreTrainedModel, tokenizer: PreTrainedTokenizer, texts: readonly string[], count: number): Promise<number[][]> {
  const inputs = tokenizer([...texts], { padding: true });
  const sequences = await model.generate({ ...inputs, max_new_tokens: count, do_sample: false });
  return rowsOf(tensorOf(sequences)).map((row) => row.slice(-count));
}

async function logits(model: PreTrainedModel, { ids, next }: Prompt): Promise<Float32Array> {
  const all = BigInt64Array.from([...ids, ...next], BigInt);
  const inputs = { input_ids: new Tensor('int64', all, [1, all.length]), attention_mask: new Tensor('int64', new BigInt64Array(all.length).fill(1n), [1, all.length]) };
  const output: { logits: Tensor } = await model(inputs);
  return Float32Array.from(output.logits.to('float32').data, Number);
}

const greeting = [{ role: 'user', content: 'Hello there' }];

function chat(tokenizer: PreTrainedTokenizer): string | null {
  if (tokenizer.chat_template === null) return null;
  return String(tokenizer.apply_chat_template(greeting, { tokenize: false, add_generation_prompt: true }));
}

/** Opens an exported folder with transformers.js, from the disk alone. */
export async function runInTransformers(folder: string, prompts: readonly Prompt[], { dtype, file, batch }: Options): Promise<TransformersAnswer> {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  env.logLevel = LogLevel.ERROR;
  const name = basename(folder);
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  tokenizer.padding_side = 'left';
  const model = await AutoModelForCausalLM.from_pretrained(name, { dtype, model_file_name: file, device: 'cpu' });
  try {
    const texts = prompts.map(({ text }) => text);
    const count = prompts[0]?.next.length ?? 0;
    const generated: number[][] = [];
    const computed: Float32Array[] = [];
    for (const prompt of prompts) {
      generated.push(...(await generate(model, tokenizer, [prompt.text], count)));
      computed.push(await logits(model, prompt));
    }
    return {
      logits: computed,
      generated,
      batched: batch ? await generate(model, tokenizer, texts, count) : null,
      tokens: texts.map((text) => [...tokenizer.encode(text)]),
      chat: chat(tokenizer),
    };
  } finally {
    await model.dispose();
  }
}
