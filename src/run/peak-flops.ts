import { Graph } from '../onnx/graph.ts';
import { matMul } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import type { Program, Runtime, Tensor } from '../runtime/runtime.ts';

/** Rows and columns of the first product. */
const smallest = 128;
/** Of the largest: 16 MiB a matrix, which keeps every device busy; faster ones run several. */
const largest = 2048;
/** Seconds that a timing should take at least, so that what surrounds the product does not count. */
const enoughSeconds = 0.05;
const mostProducts = 256;
const timings = 3;

/** By runtime: a device's peak does not change. */
const measured = new WeakMap<Runtime, Promise<number>>();

/**
 * Float32 FLOP/s that matrix products reach on this device through onnxruntime: the best of three timings of square products,
 * grown until they take 50 ms. Measured once a runtime; takes about a quarter of a second.
 */
export function peakFlops(runtime: Runtime): Promise<number> {
  const known = measured.get(runtime);
  if (known !== undefined) return known;
  const measuring = measure(runtime);
  measured.set(runtime, measuring);
  measuring.catch(() => measured.delete(runtime)); // the next run tries again
  return measuring;
}

async function measure(runtime: Runtime): Promise<number> {
  const program = await runtime.compile('peak', product());
  try {
    return await growing(runtime, program);
  } finally {
    await program.release();
  }
}

function product(): Uint8Array {
  const graph = new Graph('peak', 17);
  const left = graph.input('left', 'float32', ['rows', 'inner']);
  const right = graph.input('right', 'float32', ['inner', 'columns']);
  graph.output('product', matMul(graph, left, right));
  return serialize(graph, { irVersion: 8 });
}

async function growing(runtime: Runtime, program: Program): Promise<number> {
  for (let size = smallest, products = 1; ; ) {
    using square = runtime.upload(new Float32Array(size * size).fill(1 / size), [size, size]);
    if (size === smallest) await seconds(runtime, program, square, 1); // shaders are compiled
    let best = await seconds(runtime, program, square, products);
    if (best < enoughSeconds && products < mostProducts) {
      if (size < largest) size = larger(size, enoughSeconds / best);
      else products *= 2;
      continue;
    }
    for (let timing = 1; timing < timings; timing++) best = Math.min(best, await seconds(runtime, program, square, products));
    return (2 * size ** 3 * products) / best;
  }
}

/** The size whose product takes so many times as long, at most eight times the size; of whole tiles. */
const larger = (size: number, times: number): number => Math.min(largest, 8 * size, 64 * Math.ceil((size * Math.cbrt(times)) / 64 + 0.5));

/** Seconds of so many products one after the other. Reading one value waits for all of them. */
async function seconds(runtime: Runtime, program: Program, square: Tensor, products: number): Promise<number> {
  using mark = runtime.zeros([1]);
  const began = performance.now();
  for (let run = 0; run < products; run++) (await runtime.run(program, { left: square, right: square }))['product']?.dispose();
  await runtime.read(mark);
  return (performance.now() - began) / 1000;
}
