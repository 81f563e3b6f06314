// Headless runs for studies: one folder a run, skipped where its result is there already, some at once.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/** Runs a configuration into a folder. `threads` as text; `native`: by onnxruntime's native build. */
function headlessRun({ folder, config }, { threads, native }) {
  if (existsSync(join(folder, 'result.json'))) return Promise.resolve();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const options = ['--config', file, '--out', folder, '--threads', threads, ...(native ? ['--native'] : [])];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['scripts/headless.mjs', ...options], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${folder}: exit ${code}`))));
  });
}

/** Runs all (`{ folder, config }`), `jobs` at once. */
export async function headlessRuns(runs, { jobs, ...options }) {
  const waiting = [...runs];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await headlessRun(next, options);
  };
  await Promise.all(Array.from({ length: jobs }, lane));
}
