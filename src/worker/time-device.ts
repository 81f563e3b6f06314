import { Graph } from '../onnx/graph.ts';
import { gemm } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** Rows and columns of the products that are timed: as wide as a small model's layers. */
const rows = 512;
const width = 512;
const rounds = 6;
/** Share of the products' speed that whole passes reach; measured on tales-6m, WebAssembly: 29 of 41 GFLOP/s. */
const passShare = 0.7;

/**
 * FLOP/s that whole passes of a small model can be expected to reach on this device, float32: from matrix products of its
 * size, the best of a few rounds, so that a busy machine is not called slow. Takes well under a second on a CPU. Not the device's
 * peak (`run/peak-flops.ts`), which takes products so large that a GPU is busy; small models come nowhere near that.
 */
export async function timeDevice(runtime: Runtime): Promise<number> {
  const graph = new Graph('speed', 17);
  const left = graph.input('left', 'float32', [rows, width]);
  const right = graph.input('right', 'float32', [width, width]);
  graph.output('product', gemm(graph, left, right, { transB: true }));
  const program = await runtime.compile('speed', serialize(graph, { irVersion: 8 }));
  try {
    using a = runtime.upload(new Float32Array(rows * width).fill(0.5), [rows, width]);
    using b = runtime.upload(new Float32Array(width * width).fill(0.25), [width, width]);
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const { product } = await runtime.run(program, { left: a, right: b });
      if (product === undefined) throw new RangeError('the product is missing');
      // Reading waits for the device; on a GPU it costs a copy of a megabyte, which small models pay as well.
      await runtime.read(product);
      product.dispose();
      best = Math.min(best, performance.now() - began);
    }
    return (passShare * 2 * rows * width * width) / (best / 1000);
  } finally {
    await program.release();
  }
}
