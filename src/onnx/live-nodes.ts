import type { Graph, Node, Value } from './graph.ts';

/** The nodes that an output depends on, in order. onnxruntime would compute the others as well, for nothing. */
export function liveNodes(graph: Graph): Node[] {
  const needed = new Set<Value>(graph.outputs.map(({ value }) => value));
  const live: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    live.push(node);
    for (const input of node.inputs) if (input !== null && !graph.fed.has(input)) needed.add(input);
  }
  return live.reverse();
}
