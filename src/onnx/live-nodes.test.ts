import { expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { liveNodes } from './live-nodes.ts';
import { add, exp, neg, split } from './ops.ts';

it('keeps what outputs depend on, in order, and nothing else', () => {
  const graph = new Graph('live', 17);
  const x = graph.input('x', 'float32', [4]);
  const [left] = split(graph, exp(graph, x), [2, 2], 0);
  neg(graph, x); // for nothing
  const sum = add(graph, left!, left!);
  exp(graph, sum); // for nothing
  graph.output('sum', sum);
  expect(liveNodes(graph).map((node) => node.op)).toEqual(['Exp', 'Split', 'Add']);
});
