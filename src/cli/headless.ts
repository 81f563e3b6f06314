import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { explain, ExplainedError } from '../base/explained-error.ts';
import { ActiveClock } from '../run/active-clock.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import type { RunConfig } from '../run/run-config.ts';
import { RunControl } from '../run/run-control.ts';
import type { RunEvent } from '../run/run-events.ts';
import { run } from '../run/run.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { describeEvent } from './describe-event.ts';
import { FolderStorage } from './folder-storage.ts';
import { HeadlessLibrary } from './headless-library.ts';
import { machineLimits } from './machine-limits.ts';
import { nodePrunePool } from './node-prune-executor.ts';
import { createNativeRuntime } from './native-runtime.ts';
import { parseArguments, type HeadlessArguments } from './parse-arguments.ts';

/** The file does not hold a run's settings. */
class ConfigFileError extends ExplainedError {
  constructor(path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super({ what: `${path} could not be read: ${reason}.`, means: 'Nothing was started.', remedy: 'Give a JSON file of the form in docs/run-config.md.' }, { cause });
  }
}

async function readConfig(path: string): Promise<RunConfig> {
  let input: unknown;
  try {
    input = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ConfigFileError(path, cause);
  }
  return parseRunConfig(input);
}

/** Runs to the end and writes events.jsonl, result.json, run.json and the exports. Returns whether the run succeeded. */
async function runHeadless(config: RunConfig, options: HeadlessArguments): Promise<boolean> {
  const { out, native, threads } = options;
  await mkdir(out, { recursive: true });
  const library = new HeadlessLibrary(options);
  const scratch = join(out, '.scratch');
  await using runtime = await (native ? createNativeRuntime(threads) : createRuntime({ prefer: config.backend === 'webgpu' ? 'webgpu' : 'wasm', ...(threads === undefined ? {} : { threads }) }));
  using pool = nodePrunePool(availableParallelism());
  const before = runtime.live().tensors;
  const clock = new ActiveClock();
  clock.resume();
  const events = run(config, {
    runtime,
    clock,
    control: new RunControl(),
    executor: pool.execute,
    pruneWorkers: pool.size,
    limits: await machineLimits(runtime.info, { folder: out, memoryBytes: options.memoryBytes, pruneWorkers: pool.size }),
    scratch: new FolderStorage(scratch),
    inspectModel: (model) => library.inspectModel(model),
    openModel: (model, onProgress) => library.openModel(model, onProgress),
    openText: (text) => library.openText(text),
    saveFile: (name, bytes) => writeFile(join(out, name), bytes),
  });
  const log = createWriteStream(join(out, 'events.jsonl'));
  let last: RunEvent | null = null;
  for await (const event of events) {
    last = event;
    log.write(`${JSON.stringify(event)}\n`);
    const line = describeEvent(event);
    if (line !== null) (event.type === 'run-failed' ? console.error : console.log)(line);
  }
  await new Promise((resolve) => log.end(resolve));
  await rm(scratch, { recursive: true, force: true });
  const leaked = runtime.live().tensors - before;
  if (leaked !== 0) console.error(`${leaked} tensors were not freed.`);
  return last?.type === 'run-finished' && leaked === 0;
}

/** What the process used, for whoever started it. */
async function writeResources(path: string): Promise<void> {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); // kilobytes, microseconds
  const resources = { peakResidentBytes: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, wallSeconds: performance.now() / 1000 };
  await writeFile(path, `${JSON.stringify(resources)}\n`);
}

try {
  const options = parseArguments(process.argv.slice(2));
  const succeeded = await runHeadless(await readConfig(options.config), options);
  if (options.resources !== undefined) await writeResources(options.resources);
  process.exitCode = succeeded ? 0 : 1;
} catch (error) {
  const { what, means, remedy } = explain(error);
  console.error(`${what}\n${means}\n${remedy}`);
  process.exitCode = 1;
}
