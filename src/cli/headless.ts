import { createWriteStream } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { explain, ExplainedError } from '../base/explained-error.ts';
import { openModel, type OpenModel } from '../model/load-model.ts';
import { ActiveClock } from '../run/active-clock.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import type { RunConfig } from '../run/run-config.ts';
import { RunControl } from '../run/run-control.ts';
import type { RunEvent } from '../run/run-events.ts';
import { run } from '../run/run.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { loadBundledText } from '../sources/bundled.ts';
import { loadText, type Text } from '../sources/text.ts';
import { describeEvent } from './describe-event.ts';
import { FolderSource } from './folder-source.ts';
import { nodePrunePool } from './node-prune-executor.ts';
import { createNativeRuntime } from './native-runtime.ts';
import { parseArguments, type HeadlessArguments } from './parse-arguments.ts';

const site = fileURLToPath(new URL('../../public/', import.meta.url));

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

const isPath = (id: string): Promise<boolean> => stat(id).then(() => true, () => false);

/** A folder by its path, or a bundled model by its id. */
async function openModelOf(id: string): Promise<OpenModel> {
  return openModel(new FolderSource((await isPath(id)) ? id : join(site, 'models', id)));
}

/** A file by its path, or a bundled text by its id. */
async function openTextOf(id: string): Promise<Text> {
  if (await isPath(id)) return loadText(new FolderSource(dirname(id)), basename(id));
  return loadBundledText(new FolderSource(join(site, 'texts')), id);
}

/** Runs to the end and writes events.jsonl, result.json, run.json and the exports. Returns whether the run succeeded. */
async function runHeadless(config: RunConfig, { out, native, threads }: HeadlessArguments): Promise<boolean> {
  await mkdir(out, { recursive: true });
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
    openModel: openModelOf,
    openText: openTextOf,
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
  const leaked = runtime.live().tensors - before;
  if (leaked !== 0) console.error(`${leaked} tensors were not freed.`);
  return last?.type === 'run-finished' && leaked === 0;
}

try {
  const options = parseArguments(process.argv.slice(2));
  const succeeded = await runHeadless(await readConfig(options.config), options);
  process.exitCode = succeeded ? 0 : 1;
} catch (error) {
  const { what, means, remedy } = explain(error);
  console.error(`${what}\n${means}\n${remedy}`);
  process.exitCode = 1;
}
