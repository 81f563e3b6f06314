import { availableParallelism } from 'node:os';
import { describeFigure } from '../bench/describe-figure.ts';
import { groups, type GroupName } from '../bench/groups.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { HeadlessLibrary } from './headless-library.ts';
import { nodePrunePool } from './node-prune-executor.ts';
import { benchArguments } from './parse-arguments.ts';

/** `npm run bench [-- GROUP...] [--quick]`: each group's figures, a line each, on WebAssembly. */

const { wanted, effort } = benchArguments(process.argv.slice(2), Object.keys(groups) as GroupName[]);
await using runtime = await createRuntime({ prefer: 'wasm' });
using pool = nodePrunePool(availableParallelism());
const library = new HeadlessLibrary({ cache: undefined, hub: undefined });
console.log(`${runtime.info.label}; medians (quartiles)`);
for (const name of wanted) {
  console.log(`\n${name}`);
  const figures = groups[name]({
    runtime,
    effort,
    executor: pool.execute,
    sizes: effort === 'quick' ? ['1m', 'tales-6m'] : ['1m', 'tales-6m', '25m', '135m'],
    model: () => library.openModel('tales-6m', () => undefined),
    text: () => library.openText('tales'),
  });
  for await (const figure of figures) console.log(describeFigure(figure));
}
