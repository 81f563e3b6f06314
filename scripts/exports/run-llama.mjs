// Opens a GGUF file with llama.cpp (node-llama-cpp, CPU, float32 cache) and says what it computes. A crash in llama.cpp ends
// the whole process, so whoever asks starts this as one.
// stdin: {"model": path, "prompts": [[ids]], "generate": count, "texts": [text]}; all but the model may be left out
// stdout: {"logProbabilities": of every prompt, of every position, of every token, "greedy": tokens that follow each prompt,
//   "tokens": ids of each text, special tokens parsed and none added, "opensWithBos": whether chats and texts begin with bos,
//   "warnings": what llama.cpp said of the file}
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

/** Positions that a context holds beyond the prompt's. */
const SPARE_POSITIONS = 8;

async function readInput() {
  const pieces = [];
  for await (const piece of process.stdin) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}

/** Logarithms of the probabilities of all tokens, from logits by token. */
function logProbabilities(logits) {
  const values = Array.from({ length: logits.size }, (_, token) => logits.get(token));
  const top = Math.max(...values);
  const sum = values.reduce((total, value) => total + Math.exp(value - top), 0);
  return values.map((value) => value - top - Math.log(sum));
}

const best = (values) => values.indexOf(values.reduce((most, value) => Math.max(most, value), -Infinity));

/** Logits of all tokens; by default there are only those of the likely ones. */
const ALL_LOGITS = { generateNext: { logits: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } } };

/** Puts tokens into the sequence; the distribution after each of them. */
async function evaluate(sequence, tokens) {
  const outputs = await sequence.controlledEvaluate(tokens.map((token) => [token, ALL_LOGITS]));
  return outputs.map(({ next }) => logProbabilities(next.logits));
}

async function runPrompt(model, prompt, generate) {
  const contextSize = prompt.length + generate + SPARE_POSITIONS;
  const context = await model.createContext({
    contextSize,
    batchSize: contextSize,
    threads: 1,
    flashAttention: false,
    experimentalKvCacheKeyType: 'F32',
    experimentalKvCacheValueType: 'F32',
  });
  const sequence = context.getSequence();
  const rows = await evaluate(sequence, prompt);
  const greedy = [];
  for (let last = rows.at(-1); greedy.length < generate; ) {
    greedy.push(best(last));
    if (greedy.length < generate) [last] = await evaluate(sequence, greedy.slice(-1));
  }
  await context.dispose();
  return { rows, greedy };
}

const { model: modelPath, prompts = [], generate = 0, texts = [] } = await readInput();
const warnings = [];

async function answer() {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    progressLogs: false,
    logLevel: LlamaLogLevel.warn,
    logger: (_level, message) => warnings.push(message.trim()),
  });
  const model = await llama.loadModel({ modelPath, vocabOnly: prompts.length === 0 });
  const results = [];
  for (const prompt of prompts) results.push(await runPrompt(model, prompt, generate));
  const found = {
    logProbabilities: results.map(({ rows }) => rows),
    greedy: results.map(({ greedy }) => greedy),
    tokens: texts.map((text) => model.tokenize(text, true)),
    opensWithBos: model.tokens.shouldPrependBosToken,
    warnings,
  };
  await model.dispose();
  await llama.dispose();
  return found;
}

try {
  process.stdout.write(JSON.stringify(await answer()));
} catch (error) {
  console.error([error instanceof Error ? error.message : String(error), ...warnings.slice(-30)].join('\n'));
  process.exitCode = 1;
}
