import { ExplainedError } from '../base/explained-error.ts';
import type { FileSource } from '../sources/file-source.ts';

/** How the weights of a model lie in its folder. */
export type ModelLayout =
  /** One safetensors file beside config.json. */
  | { readonly kind: 'single'; readonly weights: string }
  /** An index of several safetensors files, beside config.json. */
  | { readonly kind: 'sharded'; readonly index: string }
  /** A file that this program exported, which holds its config. */
  | { readonly kind: 'onnx'; readonly weights: string };

export const SINGLE = 'model.safetensors';
export const INDEX = 'model.safetensors.index.json';

/** ONNX files as exports call them, the most precise first: weights of 32, 16 and 4 bits (with 32 or 16 bits around them). */
const ONNX = ['', '_fp16', '_q4', '_q4f16'].flatMap((precision) =>
  ['model', 'model_gqa'].flatMap((model) => [`${model}${precision}.onnx`, `onnx/${model}${precision}.onnx`]),
);

/** A folder whose weights are only there in a format that is written here, but not read. */
export class GgufOnlyError extends ExplainedError {
  constructor(source: string, path: string) {
    super({
      what: `${source} has its weights only as GGUF (${JSON.stringify(path.slice(0, 120))}), which is not opened here.`,
      means: 'A GGUF file is for llama.cpp and programs made of it: heads and layers are rearranged for them. Nothing was loaded.',
      remedy: 'Open the safetensors or ONNX file of the same export, or the original model as safetensors with its config.json.',
    });
  }
}

function knownLayout(paths: readonly string[]): ModelLayout | null {
  const only = (ending: string): string | null => {
    const [first, second] = paths.filter((path) => path.endsWith(ending) && !path.includes('/'));
    return first !== undefined && second === undefined ? first : null;
  };
  if (paths.includes(SINGLE)) return { kind: 'single', weights: SINGLE };
  if (paths.includes(INDEX)) return { kind: 'sharded', index: INDEX };
  const weights = only('.safetensors');
  if (weights !== null) return { kind: 'single', weights };
  const onnx = ONNX.find((path) => paths.includes(path)) ?? only('.onnx');
  return onnx === null ? null : { kind: 'onnx', weights: onnx };
}

/**
 * The layout of a folder with these files: safetensors before ONNX, names that all use before the only file of its kind, the
 * most precise first. Where none fits it is the most common one, so that opening says what is missing.
 */
export const layoutOf = (paths: readonly string[]): ModelLayout => knownLayout(paths) ?? { kind: 'single', weights: SINGLE };

/** The layout of a source. One that cannot list its files is taken to have the most common one. Throws {@link GgufOnlyError}. */
export async function findLayout(source: FileSource): Promise<ModelLayout> {
  const paths = (await source.list?.()) ?? [SINGLE];
  const gguf = paths.find((path) => path.toLowerCase().endsWith('.gguf'));
  if (gguf !== undefined && !paths.some((path) => /\.(safetensors|onnx)$/.test(path))) throw new GgufOnlyError(source.name, gguf);
  return layoutOf(paths);
}
