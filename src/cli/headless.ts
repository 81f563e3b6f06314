import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { explain, ExplainedError } from '../base/explained-error.ts';
import { ActiveClock } from '../run/active-clock.ts';
import { RunMemory } from '../run/checkpoints/run-memory.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { RunContext } from '../run/run-context.ts';
import { RunControl } from '../run/run-control.ts';
import type { RunEvent } from '../run/run-events.ts';
import { exportOnly } from '../run/export-only.ts';
import type { ExportDesk } from '../run/exports/export-desk.ts';
import type { RunResult } from '../run/run-result.ts';
import { run } from '../run/run.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { describeEvent } from './describe-event.ts';
import { describeProfile, EstimateCheck } from './describe-profile.ts';
import { EventLog } from './event-log.ts';
import { FolderStorage } from './folder-storage.ts';
import { finishFolder, modelFolder } from './headless-folder.ts';
import { checkpointFolder, headlessMemory } from './headless-memory.ts';
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

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Runs to the end and writes run.json, events.jsonl, result.json and the model folder. Returns whether the run succeeded. */
async function runHeadless(config: RunConfig, options: HeadlessArguments): Promise<boolean> {
  const { out } = options;
  await mkdir(out, { recursive: true });
  const library = new HeadlessLibrary(options);
  const scratch = join(out, '.scratch');
  const memory = options.exportOnly ? RunMemory.unsaved() : await headlessMemory(out, config, options.resume);
  await using runtime = await openRuntime(config, options);
  using pool = nodePrunePool(availableParallelism());
  const before = runtime.live().tensors;
  const clock = new ActiveClock();
  clock.resume();
  let desk: ExportDesk | null = null;
  const context: RunContext = {
    runtime,
    clock,
    control: new RunControl(),
    executor: pool.execute,
    invert: pool.invert,
    pruneWorkers: pool.size,
    limits: await machineLimits(runtime.info, { folder: out, memoryBytes: options.memoryBytes, pruneWorkers: pool.size }),
    scratch: new FolderStorage(scratch),
    inspectModel: (model) => library.inspectModel(model),
    openModel: (model, onProgress) => library.openModel(model, onProgress),
    openText: (text) => library.openText(text),
    exports: modelFolder(out, config),
    onExports: (live) => {
      desk = live ?? desk;
    },
  };
  await writeFile(join(out, 'run.json'), json(config));
  const log = await EventLog.begin(join(out, 'events.jsonl'), memory.log());
  const { runFailed, exportFailed, result } = await writeLog(options.exportOnly ? exportOnly(config, context) : run(config, context, memory), log);
  if (result) await writeFile(join(out, 'result.json'), json(result));
  if (desk !== null && !runFailed) await finishFolder(desk, config, log.path);
  if (!runFailed) await rm(join(out, checkpointFolder), { recursive: true, force: true });
  await rm(scratch, { recursive: true, force: true });
  const leaked = runtime.live().tensors - before;
  if (leaked !== 0) console.error(`${leaked} tensors were not freed.`);
  return !runFailed && !exportFailed && leaked === 0;
}

function openRuntime(config: RunConfig, { native, threads }: HeadlessArguments): Promise<Runtime> {
  const prefer = config.backend === 'webgpu' ? 'webgpu' : 'wasm';
  return native ? createNativeRuntime(threads) : createRuntime({ prefer, ...(threads === undefined ? {} : { threads }) });
}

/** How a run ended. */
interface Outcome {
  readonly runFailed: boolean;
  /** A format that was asked for could not be written. */
  readonly exportFailed: boolean;
  readonly result: RunResult | null;
}

/** Writes every event as a line, and those worth it to the terminal. */
async function writeLog(events: AsyncIterable<RunEvent>, log: EventLog): Promise<Outcome> {
  const outcome: { -readonly [Key in keyof Outcome]: Outcome[Key] } = { runFailed: false, exportFailed: false, result: null };
  const estimate = new EstimateCheck();
  for await (const event of events) {
    estimate.see(event);
    if (event.type === 'run-failed') outcome.runFailed = true;
    if (event.type === 'export-failed') outcome.exportFailed = true;
    if (event.type === 'run-finished') outcome.result = event.result;
    await log.write(event);
    const line = describeEvent(event);
    if (line !== null) (event.type.endsWith('-failed') ? console.error : console.log)(line);
    if (event.type === 'run-finished') tellProfile(event, estimate);
  }
  await log.close();
  return outcome;
}

/** Where the time went, and how good the estimate was. */
function tellProfile({ at, result: { profile } }: Extract<RunEvent, { type: 'run-finished' }>, estimate: EstimateCheck): void {
  if (profile !== undefined) console.log(describeProfile(profile));
  const told = estimate.describe(at);
  if (told !== null) console.log(told);
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
