import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openModel } from '../../model/load-model.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import { irregularSpec, randomModel } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { MemorySource } from '../../sources/memory-source.ts';
import { reference, referenceStrings, tokenizerFile } from '../../sources/tokenizer-families.fixture.ts';
import { askLlama, companionsOf, planOf } from './gguf.fixture.ts';
import type { GgufOptions } from './plan-gguf.ts';

/** llama.cpp's rounding of weights and activations to float16, to 8 bits: of log-probabilities, relative. */
const TOLERANCE = { f16: 5e-3, q8_0: 5e-2 } as const;

const llama: ModelSpec = { ...irregularSpec, family: 'llama', qkNorm: false, windows: null };
const qwen3: ModelSpec = { ...irregularSpec, windows: null, qkvBias: false, outputBias: false, mlpBias: false };
const alike = Array.from({ length: 3 }, () => ({ queryGroups: [2, 2], channels: 40 }));

/** Logarithms of probabilities, by position, of logits `[positions, vocabulary]`. */
function logProbabilities(logits: readonly number[], vocabulary: number): number[][] {
  return Array.from({ length: logits.length / vocabulary }, (_, position) => {
    const row = logits.slice(position * vocabulary, (position + 1) * vocabulary);
    const top = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
    return row.map((value) => value - top - Math.log(sum));
  });
}

/** Length of the difference relative to that of the wanted. */
function relativeError(actual: readonly number[], wanted: readonly number[]): number {
  expect(actual).toHaveLength(wanted.length);
  return Math.hypot(...wanted.map((value, index) => value - (actual[index] ?? Number.NaN))) / Math.hypot(...wanted);
}

function greedy(model: PlainModel, prompt: readonly number[], count: number): number[] {
  const ids = [...prompt];
  while (ids.length < prompt.length + count) {
    const last = referenceLogits(model, ids).slice(-model.spec.vocabulary);
    ids.push(last.indexOf(Math.max(...last)));
  }
  return ids.slice(prompt.length);
}

async function expectSame(model: PlainModel, prompts: readonly (readonly number[])[], options: Partial<GgufOptions>): Promise<void> {
  const type = options.type ?? 'f16';
  const generate = type === 'f16' ? 4 : 0;
  const answer = await askLlama(planOf(model, options), { prompts, generate });
  for (const [index, prompt] of prompts.entries()) {
    const wanted = logProbabilities(referenceLogits(model, prompt), model.spec.vocabulary);
    expect(relativeError((answer.logProbabilities[index] ?? []).flat(), wanted.flat())).toBeLessThan(TOLERANCE[type]);
    expect(answer.greedy[index]).toEqual(greedy(model, prompt, generate));
  }
}

/** The lock file has llama.cpp's binaries for Linux only. */
const isHere = process.platform === 'linux';

describe.runIf(isHere)('llama.cpp computes what the model computes', () => {
  const stretched = { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16 } as const;
  test.each([
    ['irregular with all biases, stretched as Llama 3', { ...llama, rotary: { theta: 10_000, scaling: stretched } }, {}],
    ['irregular Qwen3, stretched evenly', { ...qwen3, tiedHead: true, rotary: { theta: 10_000, scaling: { type: 'linear', factor: 2.5 } } }, {}],
    ['padded Qwen3 with its own head', qwen3, { shape: 'padded' }],
    ['regular, quantised', { ...llama, mlpBias: false, outputBias: false, hidden: 64, headDim: 16, layers: alike }, { type: 'q8_0' }],
  ] as const)('%s', async (_what, spec, options) => {
    await expectSame(randomModel(spec, 3), [[4, 0, 18, 7, 7, 2, 9, 1, 1, 13], [5]], options);
  });
});

describe.runIf(isHere)('llama.cpp cuts texts into the same tokens', () => {
  const smallest: ModelSpec = { ...llama, hidden: 2, headDim: 2, tiedHead: true, layers: [{ queryGroups: [1], channels: 1 }] };
  test.each([
    ['smollm2', 49_152, '<|endoftext|>', '<|endoftext|>'],
    ['llama-2', 32_000, '<s>', '</s>'],
  ] as const)('%s', async (family, vocabulary, bos_token, eos_token) => {
    const companions = companionsOf(tokenizerFile(family), { bos_token, eos_token });
    const answer = await askLlama(planOf(randomModel({ ...smallest, vocabulary }, 1), { companions }), { texts: referenceStrings });
    const { ids } = reference(family);
    expect(referenceStrings.filter((_, index) => JSON.stringify(answer.tokens[index]) !== JSON.stringify(ids[index]))).toEqual([]);
    expect(answer.opensWithBos).toBe(family === 'llama-2');
  });
});

test.runIf(isHere)('the bundled model: the same tokens and probabilities', async () => {
  const folder = new URL('../../../public/models/tales-6m/', import.meta.url);
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
  const open = await openModel(new MemorySource('tales-6m', new Map(names.map((name) => [name, readFileSync(new URL(name, folder))]))));
  const { spec, weights, tokenizer } = open;
  const tensors = new Map<string, Float32Array>();
  for (const name of neededTensors(spec).keys()) tensors.set(name, await weights.read(name));
  const texts = ['Once upon a time, there was a little girl.', '  Two spaces\n\nand "lines", 12345 or 3.14?', "It's naïve; 你好 🙂\t<|endoftext|>Tom"];
  const [prompt = []] = texts.map((text) => [...tokenizer.encode(text)].slice(0, 6));
  const answer = await askLlama(planOf({ spec, tensors }, { weights, companions: await open.companions() }), { prompts: [prompt], texts });
  expect(answer.tokens).toEqual(texts.map((text) => [...tokenizer.encode(text)]));
  const wanted = logProbabilities(referenceLogits({ spec, tensors }, prompt), spec.vocabulary);
  expect(relativeError((answer.logProbabilities[0] ?? []).flat(), wanted.flat())).toBeLessThan(TOLERANCE.f16);
  expect(answer.warnings).toEqual([]);
});
