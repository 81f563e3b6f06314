import type { OnnxPrecision } from '../formats.ts';
import { jsText, pythonText } from './quote.ts';

/** An ONNX file of a model folder. */
export interface OnnxFile {
  readonly folder: string;
  /** In the folder: `onnx/model_fp16.onnx`. */
  readonly path: string;
  /** Paths of its external data, empty where it holds everything itself. */
  readonly chunks: readonly string[];
  readonly precision: OnnxPrecision;
  readonly attention: 'plain' | 'gqa';
}

export function transformersJsCode({ folder, precision, attention, chunks }: OnnxFile, prompt: string): string {
  const options = [
    `dtype: ${jsText(precision)}`,
    ...(attention === 'gqa' ? ["model_file_name: 'model_gqa'"] : []),
    ...(chunks.length > 0 ? [`use_external_data_format: ${chunks.length}`] : []),
  ];
  return `// npm install @huggingface/transformers
import { env, pipeline } from '@huggingface/transformers';

env.allowLocalModels = true; // a folder here, or in a page one beside it; device: 'webgpu' takes the GPU
env.allowRemoteModels = false;
const generate = await pipeline('text-generation', ${jsText(folder)}, { ${options.join(', ')} });
const [{ generated_text }] = await generate(${jsText(prompt)}, { max_new_tokens: 64, do_sample: false });
console.log(generated_text);
`;
}

export const onnxRuntimeCode = ({ folder, path }: OnnxFile, prompt: string): string => `# pip install onnxruntime tokenizers numpy
import json

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

folder = ${pythonText(folder)}
tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
with open(folder + "/config.json", encoding="utf-8") as file:
    eos = json.load(file).get("eos_token_id")
session = ort.InferenceSession(folder + ${pythonText(`/${path}`)}, providers=["CPUExecutionProvider"])

# An empty cache. Layers differ in their KV heads, and some have none: the file itself says what it wants.
dtypes = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
inputs = {i.name: i for i in session.get_inputs()}
outputs = [o.name for o in session.get_outputs()]
cache = {
    name: np.zeros((1, i.shape[1], 0, i.shape[3]), dtypes[i.type])
    for name, i in inputs.items()
    if name.startswith("past_key_values.")
}

ids = tokenizer.encode(${pythonText(prompt)}).ids
new = ids
for _ in range(64):
    feed = {
        "input_ids": np.array([new], np.int64),
        "attention_mask": np.ones((1, len(ids)), np.int64),
        "position_ids": np.arange(len(ids) - len(new), len(ids), dtype=np.int64)[None],
        "num_logits_to_keep": np.array(1, np.int64),  # of the last position only
        **cache,
    }
    result = dict(zip(outputs, session.run(outputs, {name: feed[name] for name in inputs})))
    cache = {name: result[name.replace("past_key_values", "present")] for name in cache}
    new = [int(result["logits"][0, -1].argmax())]
    if new[0] in (eos if isinstance(eos, list) else [eos]):
        break
    ids = ids + new
print(tokenizer.decode(ids))
`;

/** The same in JavaScript, once `session`, `tokenizer` and `config` are there. */
const javaScriptLoop = (prompt: string): string => `
// An empty cache. Layers differ in their KV heads, and some have none: the file itself says what it wants.
let cache = {};
for (const { name, type, shape } of session.inputMetadata) {
  if (!name.startsWith('past_key_values.')) continue;
  const empty = type === 'float16' ? new Uint16Array(0) : new Float32Array(0);
  cache[name] = new ort.Tensor(type, empty, [1, shape[1], 0, shape[3]]);
}

const int64 = (values, dims) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
const stop = [config.eos_token_id].flat();
const { ids } = tokenizer.encode(${jsText(prompt)});
let fresh = ids.slice();
for (let step = 0; step < 64; step++) {
  const all = {
    input_ids: int64(fresh, [1, fresh.length]),
    attention_mask: int64(ids.map(() => 1), [1, ids.length]),
    position_ids: int64(fresh.map((_, index) => ids.length - fresh.length + index), [1, fresh.length]),
    num_logits_to_keep: int64([1], []), // of the last position only
    ...cache,
  };
  const outputs = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, all[name]])));
  cache = Object.fromEntries(Object.keys(cache).map((name) => [name, outputs[name.replace('past_key_values', 'present')]]));
  const logits = outputs.logits.data.slice(-outputs.logits.dims[2]);
  fresh = [logits.reduce((best, value, token) => (value > logits[best] ? token : best), 0)];
  if (stop.includes(fresh[0])) break;
  ids.push(fresh[0]);
}
console.log(tokenizer.decode(ids));
`;

export const onnxRuntimeNodeCode = ({ folder, path }: OnnxFile, prompt: string): string => `// npm install onnxruntime-node @huggingface/tokenizers
import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import * as ort from 'onnxruntime-node';

const folder = ${jsText(folder)};
const json = async (name) => JSON.parse(await readFile(\`\${folder}/\${name}\`, 'utf8'));
const tokenizer = new Tokenizer(await json('tokenizer.json'), await json('tokenizer_config.json'));
const config = await json('config.json');
const session = await ort.InferenceSession.create(folder + ${jsText(`/${path}`)});
${javaScriptLoop(prompt)}`;

/** Addresses: what a path holds beyond letters has to be escaped, its slashes not. */
const address = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export function onnxRuntimeWebCode({ folder, path, chunks }: OnnxFile, prompt: string): string {
  const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
  const external = chunks.map((chunk) => `{ path: ${jsText(baseName(chunk))}, data: folder + ${jsText(`/${address(chunk)}`)} }`);
  const options = external.length > 0 ? `, { externalData: [${external.join(', ')}] }` : '';
  return `// npm install onnxruntime-web @huggingface/tokenizers
import { Tokenizer } from '@huggingface/tokenizers';
import * as ort from 'onnxruntime-web';

const folder = ${jsText(address(folder))}; // beside the page
const json = async (name) => (await fetch(\`\${folder}/\${name}\`)).json();
const tokenizer = new Tokenizer(await json('tokenizer.json'), await json('tokenizer_config.json'));
const config = await json('config.json');
const session = await ort.InferenceSession.create(folder + ${jsText(`/${address(path)}`)}${options});
${javaScriptLoop(prompt)}`;
}

/** The cache is not shared between steps: plain attention cannot, and grouped attention need not. */
export const genaiCode = ({ folder, path }: OnnxFile, prompt: string): string => `# pip install onnxruntime-genai
import onnxruntime_genai as og

config = og.Config(${pythonText(folder)})
config.overlay(${pythonText(JSON.stringify({ model: { decoder: { filename: path } } }))})
model = og.Model(config)
tokenizer = og.Tokenizer(model)

params = og.GeneratorParams(model)
params.set_search_options(max_length=128, do_sample=False, past_present_share_buffer=False)
generator = og.Generator(model, params)
generator.append_tokens(tokenizer.encode(${pythonText(prompt)}))
while not generator.is_done():
    generator.generate_next_token()
print(tokenizer.decode(generator.get_sequence(0)))
`;
