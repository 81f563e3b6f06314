import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { Graph } from '../onnx/graph.ts';
import * as ops from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { randomFor } from '../base/random.ts';
import { createWasmRuntime } from './wasm-runtime.ts';

const MEBIBYTE = 2 ** 20;

/** y = (x up) down */
function chain(): Uint8Array {
  const graph = new Graph('chain', 21);
  const x = graph.input('x', 'float32', ['tokens', 'hidden']);
  const up = graph.input('up', 'float32', ['hidden', 'intermediate']);
  const down = graph.input('down', 'float32', ['intermediate', 'hidden']);
  graph.output('y', ops.matMul(graph, ops.matMul(graph, x, up), down));
  return serialize(graph, { irVersion: 10 });
}

test('memory stays flat over thousands of different shapes', async () => {
  await using runtime = await createWasmRuntime({ threads: 2 });
  const program = await runtime.compile('chain', chain());
  const random = randomFor(1, 'shapes');
  const run = async (times: number) => {
    for (let index = 0; index < times; index++) {
      const [tokens, hidden, intermediate] = [1 + random.below(64), 1 + random.below(64), 1 + random.below(512)];
      using x = runtime.zeros([tokens, hidden]);
      using up = runtime.zeros([hidden, intermediate]);
      using down = runtime.zeros([intermediate, hidden]);
      const { y } = await runtime.run(program, { x, up, down });
      y?.dispose();
    }
  };
  await run(1000);
  const before = process.memoryUsage().rss;
  await run(3000); // about 600 MiB of feeds
  expect((process.memoryUsage().rss - before) / MEBIBYTE).toBeLessThan(48);
  expect(runtime.live().tensors).toBe(0);
});

test('says how many threads, and why', async () => {
  await using runtime = await createWasmRuntime({ threads: 2, reason: 'WebAssembly was chosen.' });
  expect(runtime.info).toMatchObject({ threads: 2, reason: 'WebAssembly was chosen. Threads as asked: 2.' });
  await using other = await createWasmRuntime({ threads: 3 });
  expect(other.info.threads).toBe(2);
  expect(other.info.reason).toMatch(/already runs here with 2 threads/);
});

test('its threads do not hold the process open', () => {
  const script = `
    (async () => {
      const { createWasmRuntime } = await import(${JSON.stringify(new URL('wasm-runtime.ts', import.meta.url).href)});
      const runtime = await createWasmRuntime({ threads: 2 });
      await runtime.compile('chain', Uint8Array.from(Buffer.from('${Buffer.from(chain()).toString('base64')}', 'base64')));
      await runtime[Symbol.asyncDispose]();
      console.log('done');
    })();`;
  const { stdout, status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toBe('');
  expect({ stdout, status }).toEqual({ stdout: 'done\n', status: 0 });
});
