import { fileURLToPath } from 'node:url';
import { FolderSource } from '../../src/cli/folder-source.ts';
import { openModel } from '../../src/model/load-model.ts';
import { parseRunConfig } from '../../src/run/parse-config.ts';
import { planCorpus } from '../../src/run/corpus.ts';
import type { RunConfigInput } from '../../src/run/run-config.ts';
import { loadBundledText } from '../../src/sources/bundled.ts';

const site = fileURLToPath(new URL('../../public/', import.meta.url));

/** The held-out sequences that a run with these settings evaluates on. */
export async function heldOutSequences(input: RunConfigInput): Promise<readonly (readonly number[])[]> {
  const config = parseRunConfig(input);
  const model = await openModel(new FolderSource(`${site}models/${config.model}`));
  const texts = new FolderSource(`${site}texts`);
  const [training, heldOut] = await Promise.all([loadBundledText(texts, config.texts.training), loadBundledText(texts, config.texts.heldOut)]);
  const { evaluation } = await planCorpus(config, model.spec, model.tokenizer, { training, heldOut }, () => {});
  const { ids, length, sequences } = evaluation;
  return Array.from({ length: sequences }, (_, index) => [...ids.subarray(index * length, (index + 1) * length)]);
}

/** Sum of the cross-entropies of the next tokens of a sequence, nats; logits `[tokens, vocabulary]`. */
export function crossEntropy(sequence: readonly number[], logits: Float32Array): number {
  const vocabulary = logits.length / sequence.length;
  let sum = 0;
  for (let position = 0; position + 1 < sequence.length; position++) {
    const row = logits.subarray(position * vocabulary, (position + 1) * vocabulary);
    const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const normalizer = row.reduce((total, value) => total + Math.exp(value - largest), 0);
    sum += largest + Math.log(normalizer) - (row[sequence[position + 1] ?? -1] ?? Number.NaN);
  }
  return sum;
}
