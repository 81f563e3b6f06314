import { formatOf } from '../formats.ts';
import type { FormatId } from '../formats.ts';
import { genaiCode, onnxRuntimeCode, onnxRuntimeNodeCode, onnxRuntimeWebCode, transformersJsCode } from './onnx-snippets.ts';
import type { OnnxFile } from './onnx-snippets.ts';
import { jsText, pythonText, shellText } from './quote.ts';

/** Code that opens a format in one runtime, complete: it writes a few words of text. */
export interface Snippet {
  /** As its makers call it: `transformers.js`. */
  readonly runtime: string;
  readonly language: 'js' | 'python' | 'shell';
  readonly code: string;
}

const prompt = 'Once upon a time';

function fileEnding(files: readonly string[], ending: string): string {
  const path = files.find((file) => file.endsWith(ending));
  if (path === undefined) throw new RangeError(`no file ${ending} among ${files.length}`);
  return path;
}

function onnxSnippets(file: OnnxFile): Snippet[] {
  return [
    { runtime: 'transformers.js', language: 'js', code: transformersJsCode(file, prompt) },
    { runtime: 'onnxruntime', language: 'python', code: onnxRuntimeCode(file, prompt) },
    { runtime: 'onnxruntime-node', language: 'js', code: onnxRuntimeNodeCode(file, prompt) },
    { runtime: 'onnxruntime-web', language: 'js', code: onnxRuntimeWebCode(file, prompt) },
    { runtime: 'onnxruntime-genai', language: 'python', code: genaiCode(file, prompt) },
  ];
}

/** A folder of its own for each set of weights but the first; the tokenizer lies in the root. */
function transformersCode(folder: string, path: string, shape: 'irregular' | 'padded'): string {
  const at = path.lastIndexOf('/');
  const weights = at < 0 ? 'folder' : `folder + ${pythonText(`/${path.slice(0, at)}`)}`;
  const remote = shape === 'irregular' ? ', trust_remote_code=True' : '';
  const note = shape === 'irregular' ? '# Layers of unlike shape are run by modeling_pruned.py in the folder, since no class of transformers has them: read it first.\n' : '';
  return `# pip install torch transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

folder = ${pythonText(folder)}
${note}tokenizer = AutoTokenizer.from_pretrained(folder${remote})
model = AutoModelForCausalLM.from_pretrained(${weights}, dtype="auto"${remote})

prompt = tokenizer(${pythonText(prompt)}, return_tensors="pt")
tokens = model.generate(prompt.input_ids, attention_mask=prompt.attention_mask, max_new_tokens=64, do_sample=False)
print(tokenizer.decode(tokens[0], skip_special_tokens=True))
`;
}

/** `llama-cli` is a chat; raw text is the work of `llama-completion` in its newer versions. */
const llamaCppCode = (path: string): string => `# Text that goes on from a prompt. Where there is no llama-completion yet: llama-cli with the same arguments.
llama-completion -m ${shellText(path)} -p ${shellText(prompt)} -n 64 -no-cnv

# A chat, for models that were tuned for it
llama-cli -m ${shellText(path)}
`;

const nodeLlamaCode = (path: string): string => `// npm install node-llama-cpp
import { getLlama, LlamaCompletion } from 'node-llama-cpp';

const llama = await getLlama();
const model = await llama.loadModel({ modelPath: ${jsText(path)} });
const context = await model.createContext();
const completion = new LlamaCompletion({ contextSequence: context.getSequence() });
console.log(await completion.generateCompletion(${jsText(prompt)}, { maxTokens: 64 }));
await llama.dispose();
`;

const llamaPythonCode = (path: string): string => `# pip install llama-cpp-python
from llama_cpp import Llama

model = Llama(${pythonText(path)}, verbose=False)
print(model(${pythonText(prompt)}, max_tokens=64, temperature=0)["choices"][0]["text"])
`;

function ggufSnippets(path: string): Snippet[] {
  return [
    { runtime: 'llama.cpp', language: 'shell', code: llamaCppCode(path) },
    { runtime: 'node-llama-cpp', language: 'js', code: nodeLlamaCode(path) },
    { runtime: 'llama-cpp-python', language: 'python', code: llamaPythonCode(path) },
  ];
}

/**
 * Code for each runtime that opens a format. `files` are the format's paths in the model folder, and `name` is what the folder
 * is called; the code is run where the folder lies. Names may hold anything: they are quoted for their language. Throws
 * RangeError where `files` has no file of the format.
 */
export function snippetsFor(format: FormatId, files: readonly string[], name: string): readonly Snippet[] {
  const kind = formatOf(format);
  const folder = `./${name}`;
  switch (kind.kind) {
    case 'onnx': {
      const path = fileEnding(files, '.onnx');
      const chunks = files.filter((file) => file.startsWith(`${path}_data`));
      return onnxSnippets({ folder, path, chunks, precision: kind.precision, attention: kind.attention });
    }
    case 'safetensors':
      return [{ runtime: 'transformers', language: 'python', code: transformersCode(folder, fileEnding(files, '.safetensors'), kind.shape) }];
    case 'gguf':
      return ggufSnippets(`${folder}/${fileEnding(files, '.gguf')}`);
  }
}
