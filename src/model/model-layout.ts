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
const ONNX = ['model.onnx', 'onnx/model.onnx'];

/** The layout of a folder with these files: safetensors before ONNX, names that all use before the only file of its kind. */
export function layoutOf(paths: readonly string[]): ModelLayout {
  const only = (ending: string): string | null => {
    const [first, second] = paths.filter((path) => path.endsWith(ending) && !path.includes('/'));
    return first !== undefined && second === undefined ? first : null;
  };
  if (paths.includes(SINGLE)) return { kind: 'single', weights: SINGLE };
  if (paths.includes(INDEX)) return { kind: 'sharded', index: INDEX };
  const weights = only('.safetensors');
  if (weights !== null) return { kind: 'single', weights };
  const onnx = ONNX.find((path) => paths.includes(path)) ?? only('.onnx');
  return onnx === null ? { kind: 'single', weights: SINGLE } : { kind: 'onnx', weights: onnx };
}

/** The layout of a source. One that cannot list its files is taken to have the most common one. */
export async function findLayout(source: FileSource): Promise<ModelLayout> {
  return layoutOf((await source.list?.()) ?? [SINGLE]);
}
