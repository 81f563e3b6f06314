import { DenseWeights } from '../model/dense-weights.ts';
import { inspectModel } from '../model/inspect-model.ts';
import { openModel } from '../model/load-model.ts';
import { planMemory } from '../run/memory-plan.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { FileSource } from '../sources/file-source.ts';
import { FolderSource } from './folder-source.ts';

/**
 * A process of its own, so that nothing else is measured: `node --expose-gc --import tsx THIS load|inspect FOLDER` prints
 * what it took as JSON. Bytes and milliseconds.
 */

/** A source that calls `sample` whenever bytes have arrived and are still held. */
function sampled(source: FolderSource, sample: () => void): FileSource {
  return {
    name: source.name,
    list: () => source.list(),
    open: async (path, options) => {
      const file = await source.open(path, options);
      return {
        size: file.size,
        slice: async (start, end) => {
          const bytes = await file.slice(start, end);
          sample();
          return bytes;
        },
      };
    },
  };
}

/**
 * What the host holds while a model is loaded: array buffers and heap, less the tensors that are on the device, since the
 * device of the WebAssembly runtime is host memory too. Garbage is collected before each look: it is what is held that counts,
 * not when V8 finds the time to sweep.
 */
async function load(folder: string) {
  const runtime = await createRuntime({ prefer: 'wasm', threads: 1 });
  let peak = 0;
  let looks = 0;
  const sample = (): void => {
    globalThis.gc?.();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    peak = Math.max(peak, arrayBuffers + heapUsed - runtime.live().bytes);
    looks++;
  };
  const model = await openModel(sampled(new FolderSource(folder), sample));
  using dense = await DenseWeights.load(runtime, model.weights);
  sample();
  return { peak, looks, loaded: runtime.live().bytes, layers: dense.weights.spec.layers.length };
}

/** Time and growth of the whole process, garbage and all, of an inspection and of plans for a small and a large machine. */
async function inspect(folder: string) {
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const { parameters, storedElementBytes, spec } = await inspectModel(new FolderSource(folder));
  const verdicts = [4e9, 64e9].map((memory) => {
    const limits = { backend: 'wasm', maxBindingBytes: 2 ** 31, available: { gpu: 0, memory, storage: 1e11 }, lowerBounds: [], pruneWorkers: 2 } as const;
    return planMemory(parseRunConfig({ version: 1 }), spec, limits).verdict;
  });
  const milliseconds = performance.now() - start;
  // Node's own word for the highest that it was, kibibytes.
  return { milliseconds, growth: process.resourceUsage().maxRSS * 1024 - before, total: parameters.total, storedElementBytes, verdicts };
}

const [, , what, folder = ''] = process.argv;
console.log(JSON.stringify(await (what === 'load' ? load(folder) : inspect(folder))));
