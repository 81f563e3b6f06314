import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunConfigInput } from '../../src/run/run-config.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** A model that one process runs thousands of times, and texts for it. */
export const subjectModel = join(fixtures, 'models/tiny-bytes');

const words = ['fox', 'river', 'lantern', 'winter', 'song', 'stone', 'harbour', 'wolf', 'bread', 'needle'];

/** Sentences that are all different. */
export function sentences(from: number, count: number): string {
  const word = (n: number): string => words[n % words.length] ?? 'fox';
  return Array.from({ length: count }, (_, index) => from + index)
    .map((n) => `On day ${n} the ${word(n)} counted ${n * 7} ${word(n * 3 + 1)}s by the ${word(n * 7 + 3)}.\n`)
    .join('');
}

/** Writes the texts into a folder; returns their paths. */
export async function writeTexts(folder: string): Promise<{ readonly training: string; readonly heldOut: string }> {
  await mkdir(folder, { recursive: true });
  const texts = { training: join(folder, 'training.txt'), heldOut: join(folder, 'held-out.txt') };
  await writeFile(texts.training, sentences(0, 600));
  await writeFile(texts.heldOut, sentences(5000, 200));
  return texts;
}

/** Runs that differ in what they do: with and without training, with each strategy, early stop, half precision. */
export const subjects = {
  'trained stages': {
    search: { generations: 12, offspring: 6, stages: [{ survivors: 3, fitnessTokens: 64, trainingTokens: 0 }, { survivors: 2, fitnessTokens: 128, trainingTokens: 64 }, { survivors: 1, fitnessTokens: 256, trainingTokens: 128 }] },
    postTraining: { tokens: 1536, learningRate: 1e-3 },
  },
  'untrained, early stop': {
    search: { generations: 24, offspring: 12, stages: [{ survivors: 4, fitnessTokens: 256, trainingTokens: 0 }, { survivors: 1, fitnessTokens: 512, trainingTokens: 0 }], earlyStop: { confidence: 0.9 } },
    postTraining: { tokens: 768, learningRate: 1e-3 },
    databasePrecision: 'float16',
  },
  'random search': {
    search: { strategy: 'random', generations: 16, offspring: 6, stages: [{ survivors: 1, fitnessTokens: 128, trainingTokens: 64 }] },
    granularity: 'query-head',
  },
} as const satisfies Readonly<Record<string, Partial<RunConfigInput>>>;

export type SubjectName = keyof typeof subjects;
export const subjectNames = Object.keys(subjects) as readonly SubjectName[];

/** The settings of a subject's run. */
export const subjectConfig = (name: SubjectName, seed: number, texts: { readonly training: string; readonly heldOut: string }, model = subjectModel): RunConfigInput => ({
  version: 1,
  model,
  texts,
  seed,
  calibrationTokens: 512,
  evaluation: { tokens: 256 },
  exports: ['onnx-fp32'],
  ...subjects[name],
});
