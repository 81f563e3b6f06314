import { inspectModel } from '../model/inspect-model.ts';
import { openModel } from '../model/load-model.ts';
import { pruneInline } from '../pruning/prune-executor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { readFixture } from '../runtime/testing.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { parseText } from '../sources/text.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { ActiveClock } from './active-clock.ts';
import type { RunConfigInput } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import { RunControl } from './run-control.ts';

const modelFiles = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];

type Sentence = (n: number, word: (seed: number) => string) => string;

const trainingSentence: Sentence = (n, word) => `The ${word(n)} of day ${n} met a ${word(n * 7 + 3)} by the ${word(n * 3 + 1)}.`;
/** Of other words, so that the texts have no passage in common. */
const heldOutSentence: Sentence = (n, word) => `On night ${n} some ${word(n)} found her ${word(n * 7 + 3)} under his ${word(n * 3 + 1)}!`;

/** Sentences that are all different, so that no two sequences are equal. */
function sentences(count: number, sentence: Sentence): string {
  const words = ['fox', 'river', 'lantern', 'winter', 'song', 'stone', 'harbour', 'wolf', 'bread', 'needle'];
  const word = (seed: number): string => words[seed % words.length] ?? 'fox';
  return Array.from({ length: count }, (_, index) => `${sentence(index, word)}\n`).join('');
}

/** What a run on the model of single bytes needs, with the storage that its exports go to. */
export async function tinyContext(runtime: Runtime): Promise<{ context: RunContext; storage: MemoryStorage }> {
  const contents = await Promise.all(modelFiles.map(async (name) => [name, await readFixture(`models/tiny-bytes/${name}`)] as const));
  const source = new MemorySource('tiny-bytes', new Map(contents));
  const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  const texts = { training: sentences(400, trainingSentence), heldOut: sentences(120, heldOutSentence) };
  const storage = new MemoryStorage();
  const context: RunContext = {
    runtime,
    clock: new ActiveClock(),
    control: new RunControl(),
    executor: pruneInline,
    pruneWorkers: 1,
    limits: { backend: runtime.info.backend, maxBindingBytes: runtime.info.maxBindingBytes, available: { gpu: 1e9, memory: 8e9, storage: 1e9 }, lowerBounds: [], pruneWorkers: 1 },
    scratch: new MemoryStorage(),
    inspectModel: () => inspectModel(source),
    openModel: () => openModel(source),
    openText: (id) => parseText(id, encode(id === 'held-out' ? texts.heldOut : texts.training)),
    timing: { speedSeconds: 0, latencySeconds: 0 }, // the least that there is, which no device changes
    exports: { storage },
  };
  return { context, storage };
}

/** A run of seconds, also on a software GPU. */
export const tinyRun = {
  version: 1,
  model: 'tiny-bytes',
  texts: { training: 'training', heldOut: 'held-out' },
  calibrationTokens: 256,
  search: {
    generations: 2,
    offspring: 4,
    stages: [
      { survivors: 2, fitnessTokens: 64, trainingTokens: 0 },
      { survivors: 1, fitnessTokens: 128, trainingTokens: 64 },
    ],
  },
  evaluation: { tokens: 128 },
} satisfies RunConfigInput;
