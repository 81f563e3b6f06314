import { shapeTable } from '../../export/folder/shape-table.ts';
import { kvHeads, queryHeads, type LayerShape, type ModelSpec } from '../../model/spec.ts';
import type { ResultModule } from '../../run/run-result.ts';
import { count } from '../format/format.ts';

/** The tensors of one module, as a table shows them together. */
export interface ShapeGroup {
  /** "Layer 3, attention: 5 query heads (3 + 2) on 2 KV heads". */
  readonly title: string;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** Query heads that stay of each KV head that stays; `groups`: of the dense model. */
function keptGroups(groups: readonly number[], { heads, kvHeads: kept }: ResultModule): number[] {
  const ends = groups.map((_, index) => groups.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
  const owner = (head: number): number => ends.findIndex((end) => head < end);
  return kept.map((group) => heads.filter((head) => owner(head) === group).length);
}

/** What the model of a result looks like; `dense`: the model that was pruned. */
export function prunedSpec(dense: ModelSpec, modules: readonly ResultModule[]): ModelSpec {
  const layers = dense.layers.map((shape, layer): LayerShape => {
    const of = (kind: ResultModule['kind']) => modules.find((module) => module.layer === layer && module.kind === kind);
    const [attention, mlp] = [of('attention'), of('mlp')];
    return { queryGroups: attention ? keptGroups(shape.queryGroups, attention) : [], channels: mlp?.channels ?? 0 };
  });
  return { ...dense, layers };
}

const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

function attentionWords(shape: LayerShape): string {
  if (kvHeads(shape) === 0) return 'removed';
  const [first] = shape.queryGroups;
  const equal = shape.queryGroups.every((size) => size === first);
  const each = equal ? '' : ` (${shape.queryGroups.map(count).join(' + ')})`;
  return `${plural(queryHeads(shape), 'query head')}${each} on ${plural(kvHeads(shape), 'KV head')}`;
}

const mlpWords = ({ channels }: LayerShape): string => (channels === 0 ? 'removed' : plural(channels, 'channel'));

const outside = { embedding: 'Embedding', norm: 'Last norm', head: 'Head' } as const;

/** Every tensor with its shape, as the Hugging Face layout names it, module by module; layers from 0 as the names have them. */
export function shapeGroups(spec: ModelSpec): ShapeGroup[] {
  return shapeTable(spec).map(({ layer, module, tensors }) => {
    const shape = layer === null ? undefined : spec.layers[layer];
    if (module === 'attention' || module === 'mlp') {
      const words = module === 'attention' ? `attention: ${shape ? attentionWords(shape) : ''}` : `MLP: ${shape ? mlpWords(shape) : ''}`;
      return { title: `Layer ${layer ?? ''}, ${words}`, tensors };
    }
    return { title: module === 'head' && tensors.length === 0 ? 'Head: tied to the embedding' : outside[module], tensors };
  });
}

/** The same as lines of name and shape with a tab between, for a spreadsheet or a diff. */
export const shapeText = (groups: readonly ShapeGroup[]): string =>
  groups.flatMap(({ tensors }) => tensors.map(({ name, shape }) => `${name}\t[${shape.join(', ')}]\n`)).join('');
