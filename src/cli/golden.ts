import { stat } from 'node:fs/promises';
import { explain, ExplainedError } from '../base/explained-error.ts';
import { checkGolden } from '../golden/check-golden.ts';
import type { Row } from '../golden/check.ts';
import { formatTable } from '../golden/table.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { FolderSource } from './folder-source.ts';

/** Checks the engine, on WebAssembly, against golden folders. Exit code 1 unless something was checked and all of it passed. */

class NoSuchFolderError extends ExplainedError {
  constructor(path: string) {
    super({
      what: `There is no folder ${path}.`,
      means: 'Nothing was checked against it, so it counts as failed.',
      remedy: 'Give the paths of golden folders; each holds config.json, model.safetensors, golden.json and golden.safetensors.',
    });
  }
}

class NoFolderNamedError extends ExplainedError {
  constructor() {
    super({ what: 'No golden folder was named.', means: 'Nothing was checked.', remedy: 'Usage: npm run golden -- DIR...' });
  }
}

interface Outcome {
  readonly path: string;
  readonly rows: readonly Row[];
  /** The folder could not be checked to its end. */
  readonly broken: boolean;
}

function printError(error: unknown): void {
  const { what, means, remedy } = explain(error);
  console.error(`${what}\n${means}\n${remedy}`);
}

/** Plain files are passed over: `goldens/*` names a README too. Throws {@link NoSuchFolderError}. */
async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new NoSuchFolderError(path);
  return found.isDirectory();
}

async function checkFolder(path: string, runtime: Runtime): Promise<Outcome | null> {
  const rows: Row[] = [];
  let broken = false;
  try {
    if (!(await isFolder(path))) {
      console.log(`${path} is a file and was passed over.\n`);
      return null;
    }
    console.log(path);
    for await (const row of checkGolden(new FolderSource(path), runtime)) rows.push(row);
  } catch (error) {
    broken = true;
    printError(error);
  }
  if (rows.length > 0) console.log(`${formatTable(rows)}\n`);
  return { path, rows, broken };
}

const passed = ({ rows, broken }: Outcome): boolean => !broken && rows.length > 0 && rows.every((row) => row.passed);

function printSummary(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    const { path, rows, broken } = outcome;
    const failures = rows.filter((row) => !row.passed).length;
    const told = `${rows.length - failures} checks passed, ${failures} failed${broken ? ', broken off before the end' : ''}`;
    console.log(`${passed(outcome) ? 'pass' : 'FAIL'}  ${path}: ${told}`);
  }
  const good = outcomes.filter(passed).length;
  console.log(outcomes.length === 0 ? 'FAIL  nothing was checked' : `${good} of ${outcomes.length} folders passed`);
}

async function main(paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) throw new NoFolderNamedError();
  await using runtime = await createRuntime({ prefer: 'wasm' });
  const outcomes: Outcome[] = [];
  for (const path of paths) {
    const outcome = await checkFolder(path, runtime);
    if (outcome !== null) outcomes.push(outcome);
  }
  printSummary(outcomes);
  return outcomes.length > 0 && outcomes.every(passed);
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
