import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Graph } from '../onnx/graph.ts';
import * as ops from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { randomFor } from '../base/random.ts';
import { ProgramUnknownError } from './runtime-errors.ts';
import { createWasmRuntime } from './wasm-runtime.ts';

const MEBIBYTE = 2 ** 20;

/** Every WebAssembly memory of this process: onnxruntime is loaded by the first test. */
const heaps: WebAssembly.Memory[] = [];
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(Memory, [descriptor]: [WebAssembly.MemoryDescriptor]) {
    const memory = new Memory(descriptor);
    heaps.push(memory);
    return memory;
  },
});

/** Threads of this process where the system tells, else 0. */
function threadCount(): number {
  const threads = '/proc/self/task';
  return existsSync(threads) ? readdirSync(threads).length : 0;
}

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

test('may be disposed and made anew in one process: its heap stays as it is, its threads are those of the first', async () => {
  const graph = new Graph('heavy', 21); // its session holds 2 MiB
  const weights = graph.initializer('weights', 'float32', [512, 1024], new Float32Array(512 * 1024).fill(1));
  graph.output('y', ops.matMul(graph, graph.input('x', 'float32', ['tokens', 512]), weights));
  const model = serialize(graph, { irVersion: 10 });
  const after: { readonly heap: number; readonly threads: number }[] = [];
  for (let life = 0; life < 20; life++) {
    const runtime = await createWasmRuntime({ threads: 2 });
    const program = await runtime.compile('heavy', model);
    const { y } = await runtime.run(program, { x: runtime.upload(new Float32Array(64 * 512).fill(1), [64, 512]) });
    expect((await runtime.read(y!)).at(-1)).toBe(512);
    await runtime[Symbol.asyncDispose]();
    expect(runtime.live().tensors).toBe(0);
    after.push({ heap: heaps.reduce((sum, heap) => sum + heap.buffer.byteLength, 0), threads: threadCount() });
  }
  expect(after[4]!.heap).toBeGreaterThan(2 * MEBIBYTE);
  expect(after.at(-1)).toEqual(after[4]); // the second life finds holes too small for it; after that nothing grows
});

test('a program that is still compiled when its runtime ends is released', async () => {
  const runtime = await createWasmRuntime({ threads: 2 });
  const compiling = runtime.compile('chain', chain());
  const outcome = Promise.allSettled([compiling]);
  await runtime[Symbol.asyncDispose]();
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: ProgramUnknownError.name } }]);
});
