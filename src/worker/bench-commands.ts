import { explain } from '../base/explained-error.ts';
import type { BenchContext } from '../bench/bench.ts';
import { pageGroups } from '../bench/page-groups.ts';
import { openModel } from '../model/load-model.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { loadBundledText, openBundledModel } from '../sources/bundled.ts';
import { UrlSource } from '../sources/url-source.ts';
import type { BenchMessage, BenchRequest } from './bench-protocol.ts';
import { browserPrunePool } from './browser-prune-executor.ts';
import { timeDevice } from './time-device.ts';

const tell = (message: BenchMessage): void => self.postMessage(message);

const MOST_PRUNE_WORKERS = 4;

/** Measures group after group; one that fails does not keep the others from being measured. */
async function measure({ siteBase, backend, effort, groups, sizes }: BenchRequest): Promise<void> {
  const place = (folder: string): UrlSource => new UrlSource(new URL(folder, siteBase).href);
  await using runtime = await createRuntime({ prefer: backend, assetBase: siteBase });
  using pool = browserPrunePool(Math.min(navigator.hardwareConcurrency, MOST_PRUNE_WORKERS));
  tell({ type: 'device', device: runtime.info, flopsPerSecond: await timeDevice(runtime) });
  const context: BenchContext = {
    runtime,
    effort,
    sizes,
    executor: pool.execute,
    model: async () => openModel(await openBundledModel(place('models/'), 'tales-6m')),
    text: () => loadBundledText(place('texts/'), 'tales'),
  };
  for (const group of groups) {
    tell({ type: 'began', group });
    try {
      for await (const figure of pageGroups[group](context)) tell({ type: 'figure', group, figure });
      tell({ type: 'ended', group, failure: null });
    } catch (error) {
      tell({ type: 'ended', group, failure: explain(error) });
    }
  }
}

/** Attends to what the bench page asks; loaded when it does. */
export async function runBench(request: BenchRequest): Promise<void> {
  try {
    await measure(request);
    tell({ type: 'finished' });
  } catch (error) {
    tell({ type: 'failed', explanation: explain(error) });
  }
}
