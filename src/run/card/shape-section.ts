import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { LayerShape, ModelSpec } from '../../model/spec.ts';
import { figure } from './figures.ts';
import { escaped, table } from './markdown.ts';

function groups({ queryGroups }: LayerShape): string {
  const [first] = queryGroups;
  if (first === undefined) return 'no attention';
  const equal = queryGroups.every((size) => size === first);
  return equal ? `${figure(queryGroups.length)} × ${figure(first)}` : queryGroups.map(figure).join(', ');
}

/** What each layer is left with. */
export function shapeSection(spec: ModelSpec): string {
  const rows = spec.layers.map((layer, index) => [
    figure(index),
    groups(layer),
    figure(queryHeads(layer)),
    figure(kvHeads(layer)),
    layer.channels === 0 ? 'no MLP' : figure(layer.channels),
  ]);
  return [
    '## Shape',
    `Architecture ${escaped(spec.family)}, ${figure(spec.layers.length)} layers, hidden size ${figure(spec.hidden)}, head size ${figure(spec.headDim)}, vocabulary ` +
      `${figure(spec.vocabulary)}, ${spec.tiedHead ? 'head tied to the embedding' : 'head of its own'}. \`3 × 2\` are 3 KV heads with 2 query heads each; a list has one entry a KV head.`,
    table(['Layer', 'Query heads of each KV head', 'Query heads', 'KV heads', 'MLP channels'], rows),
  ].join('\n\n');
}
