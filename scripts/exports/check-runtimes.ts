import * as ortNode from 'onnxruntime-node';
import * as ortWeb from 'onnxruntime-web';
import type { Format } from '../../src/export/formats.ts';
import { onnxName } from './export-case.ts';
import { runInLlama } from './llama-runner.ts';
import { runInOrt } from './ort-runner.ts';
import { centred } from './reference.ts';
import { compare, isExact, sameTokens } from './subject.ts';
import type { Subject } from './subject.ts';
import { runInTransformers } from './transformers-runner.ts';
import { CHAT } from './write-checkpoint.ts';

type OnnxFormat = Extract<Format, { kind: 'onnx' }>;

ortWeb.env.wasm.numThreads = 1;
ortWeb.env.logLevel = 'fatal'; // what is an error also comes as an exception

async function checkInTransformers(subject: Subject, { attention, precision }: OnnxFormat): Promise<void> {
  const { tally, name, exported, format } = subject;
  const { prompts, plan, folder } = exported;
  const plain = attention === 'plain'; // the fused operator does not know padding on the left
  const answer = await runInTransformers(folder, prompts, { dtype: precision, file: onnxName(attention), batch: plain });
  compare(subject, 'transformers.js', answer.logits);
  const wanted = prompts.map(({ next }) => next);
  if (isExact(format)) tally.say(sameTokens(answer.generated, wanted), `${name} transformers.js generate: the reference's greedy tokens`);
  if (isExact(format) && plain) tally.say(sameTokens(answer.batched, wanted), `${name} transformers.js generate: the same in a batch padded on the left`);
  const chat = plan.chatTemplate === 'none' ? null : CHAT;
  const understood = sameTokens(answer.tokens, prompts.map(({ ids }) => ids)) && answer.chat === chat;
  tally.say(understood, `${name} transformers.js tokenizer: the same tokens${chat === null ? '' : ', and the chat template'}`);
}

async function checkInLlama(subject: Subject): Promise<void> {
  const { tally, name, exported, format, path, expected } = subject;
  const { prompts, model } = exported;
  const answer = runInLlama(path, prompts);
  const { vocabulary } = model.spec;
  compare({ ...subject, expected: centred(expected, vocabulary) }, 'llama.cpp', centred(answer.logits, vocabulary));
  if (isExact(format)) tally.say(sameTokens(answer.greedy, prompts.map(({ next }) => next)), `${name} llama.cpp writes the reference's greedy tokens`);
  tally.say(sameTokens(answer.tokens, prompts.map(({ ids }) => ids)), `${name} llama.cpp tokenizer: the same tokens`);
}

/** Every runtime that opens a format, by name. */
function runtimesOf(subject: Subject): Readonly<Record<string, () => Promise<void>>> {
  const { format, path, exported } = subject;
  if (format.kind === 'safetensors') return {};
  if (format.kind === 'gguf') return { 'llama.cpp': () => checkInLlama(subject) };
  return {
    'onnxruntime-node': async () => compare(subject, 'onnxruntime-node', await runInOrt(ortNode, path, exported.prompts, false)),
    'onnxruntime-web': async () => compare(subject, 'onnxruntime-web', await runInOrt(ortWeb, path, exported.prompts, true)),
    'transformers.js': () => checkInTransformers(subject, format),
  };
}

/** Opens a file in each runtime that is wanted; one that fails does not keep the others from it. */
export async function checkRuntimes(subject: Subject): Promise<void> {
  for (const [runtime, check] of Object.entries(runtimesOf(subject))) {
    if (subject.wants(runtime)) await subject.tally.attempt(`${subject.name} ${runtime}`, check);
  }
}
