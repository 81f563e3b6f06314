import type { Format } from '../../src/export/formats.ts';
import type { ExportCase } from './export-case.ts';
import { limitOf, roundingLimitOf } from './limits.ts';
import { choosesNext, relativeError } from './reference.ts';
import type { Logits } from './reference.ts';
import type { Tally } from './tally.ts';

/** A file that is being checked. */
export interface Subject {
  readonly tally: Tally;
  readonly exported: ExportCase;
  readonly format: Format;
  /** Model and format, for the lines that are printed. */
  readonly name: string;
  /** File of ONNX and GGUF, folder of safetensors. */
  readonly path: string;
  /** What a runtime has to answer: the reference on the weights as the file holds them where they are quantised, else on the model's. */
  readonly expected: Logits;
  /** Whether a runtime is to be tried. */
  readonly wants: (runtime: string) => boolean;
}

/** Whether greedy tokens have to be the reference's. */
export const isExact = (format: Format): boolean => roundingLimitOf(format) === null;

/** Compares a runtime's logits, and which tokens they choose. */
export function compare({ tally, exported, format, name, expected }: Subject, runtime: string, logits: Logits): void {
  const { prompts, model } = exported;
  const equal = isExact(format) ? choosesNext(logits, prompts, model.spec.vocabulary) : undefined;
  tally.measure(`${name} ${runtime}`, relativeError(logits, expected), limitOf(format), equal);
}

export const sameTokens = (tokens: unknown, wanted: unknown): boolean => JSON.stringify(tokens) === JSON.stringify(wanted);
