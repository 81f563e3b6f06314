import type * as Transformers from '@huggingface/transformers';
import { collectBytes } from '../base/lazy-bytes.ts';
import { folderConfig } from '../export/folder/folder-config.ts';
import type { AttentionKind } from '../export/onnx/decoder-graph.ts';
import { planOnnx } from '../export/onnx/onnx-model.ts';
import type { WeightSource } from '../model/weights.ts';
import type { BackendName } from '../runtime/runtime.ts';

type Library = typeof Transformers;
type CausalModel = Awaited<ReturnType<Library['AutoModelForCausalLM']['from_pretrained']>>;

/** The files of a model as users export it, ONNX in float32, by the paths that transformers.js asks for. */
async function exported(weights: WeightSource, attention: AttentionKind): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const path = 'onnx/model.onnx';
  const config = folderConfig({ config: {}, spec: weights.spec, safetensors: null, onnx: [{ path, precision: 'fp32', dataFiles: 0 }] });
  const files = new Map([['config.json', new TextEncoder().encode(config)]]);
  for (const file of planOnnx({ weights, precision: 'fp32', attention, path, externalData: false, metadata: {} })) {
    files.set(file.path, await collectBytes(file.content));
  }
  return files;
}

/** Answers what the library fetches from these files, and nothing else. */
function serve(library: Library, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): void {
  const { env } = library;
  env.allowLocalModels = false;
  env.useBrowserCache = false;
  env.remoteHost = 'https://model.invalid/';
  env.fetch = async (address) => {
    const { pathname } = new URL(address instanceof Request ? address.url : address);
    const content = files.get(pathname.replace(/^.*\/resolve\/main\//, ''));
    return content === undefined ? new Response(null, { status: 404 }) : new Response(content);
  };
}

/**
 * A model in transformers.js, on the onnxruntime that the runtime has loaded (see runtime/ort-for-others.ts). Only in the built
 * site, since the build is what puts that in place of the library's own.
 */
export class TransformersModel implements AsyncDisposable {
  readonly #library: Library;
  readonly #model: CausalModel;

  private constructor(library: Library, model: CausalModel) {
    this.#library = library;
    this.#model = model;
  }

  /** Exports the weights, in memory, and opens the file. */
  static async open(weights: WeightSource, attention: AttentionKind, device: BackendName): Promise<TransformersModel> {
    const library = await import('@huggingface/transformers');
    serve(library, await exported(weights, attention));
    return new TransformersModel(library, await library.AutoModelForCausalLM.from_pretrained('exported/model', { dtype: 'fp32', device }));
  }

  /** Reads a prompt as `generate` does at first; logits `[vocabulary]` of what follows on it. */
  async prefill(ids: Int32Array): Promise<Float32Array> {
    const { Tensor } = this.#library;
    const shape = [1, ids.length];
    const outputs: unknown = await this.#model({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      num_logits_to_keep: new Tensor('int64', [1n], []),
    });
    const tensors = Object.entries(outputs as Record<string, Transformers.Tensor>);
    let logits: Float32Array | undefined;
    for (const [name, tensor] of tensors) {
      if (name === 'logits') logits = Float32Array.from(tensor.data as Float32Array);
      tensor.dispose(); // the cache lies on the GPU
    }
    if (logits === undefined) throw new RangeError('the model gave no logits');
    return logits;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model.dispose();
  }
}
