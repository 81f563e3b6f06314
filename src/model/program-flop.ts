import type { Tensor } from '../runtime/runtime.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Passes over the weights that a program's run stands for, each `2 * rows * elements` FLOP: a forward pass is one, the gradient of
 * the input another, that of the weights a third (Kaplan et al., arXiv 2001.08361, table 1). What is computed a second time to save
 * memory is not counted, as in the model FLOPs of PaLM (arXiv 2204.02311, appendix B): the tiled head's logits.
 */
function passes(name: string): number {
  if (name === 'head.loss') return 3;
  if (name === 'head.loss-frozen' || name === 'tile.loss' || name.endsWith('.backward')) return 2; // a tile's forward is tile.targets
  return name === 'tile.teacher' ? 0 : 1; // tile.total has made the same logits
}

/** Matrices of weights among the feeds: of a module by their Hugging Face names, of a head or a tile of it. */
function weightElements(feeds: Tensors): number {
  let elements = 0;
  for (const [name, { shape }] of Object.entries(feeds)) {
    const [rows = 0, columns = 0, ...more] = shape;
    if (more.length === 0 && (name.endsWith('.weight') || name === 'head' || name === 'tile')) elements += rows * columns;
  }
  return elements;
}

/** Tokens that went through: of a head that takes a range of its rows, those that came out. */
function rowsOf(name: string, feeds: Tensors, outputs: Tensors): number {
  const { x, normed, hidden } = feeds;
  const from = x ?? normed ?? (name.startsWith('head.loss') ? hidden : Object.values(outputs)[0]);
  return from?.shape[0] ?? 0;
}

/** FLOP of one run of a program: its products with weights and, where it calibrates, the Gram matrix; attention's scores are left out. */
export function programFlop(name: string, feeds: Tensors, outputs: Tensors): number {
  const elements = weightElements(feeds);
  if (elements === 0) return 0;
  const [columns = 0] = outputs['gram']?.shape ?? [];
  return 2 * rowsOf(name, feeds, outputs) * (passes(name) * elements + columns ** 2);
}
