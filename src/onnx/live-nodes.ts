import type { Graph, Node, Value } from './graph.ts';

/** The nodes that an output depends on, in order. onnxruntime would compute the others as well, for nothing. */
export function liveNodes(graph: Graph): Node[] {
  const needed = new Set<Value | null>(graph.outputs.map(({ value }) => value));
  const live: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return live.reverse();
}
