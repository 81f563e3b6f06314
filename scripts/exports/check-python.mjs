// `npm run check:exports:python -- [--seeds N] [--keep DIR]`: opens what check:exports exports in Python's programs: onnx.checker,
// onnxruntime, onnxruntime-genai, transformers and gguf, as far as they are installed. PYTHON names another interpreter than python3.
// The last line is `N passed, N failed`. Without Python there is nothing to run, which is no failure; without a package its part fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inRoot, ROOT } from '../paths.mjs';

const parts = ['check_onnx.py', 'check_genai.py', 'check_transformers.py', 'check_gguf.py'];
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '3' }, keep: { type: 'string' } } });
const python = process.env.PYTHON ?? 'python3';

const quiet = { TQDM_DISABLE: '1', TRANSFORMERS_VERBOSITY: 'error', PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1' };

/** Runs a part; what it counted. One that did not come to its last line has failed. */
function run(part, place) {
  const { stdout } = spawnSync(python, [inRoot('scripts', 'exports', 'python', part), place], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...process.env, ...quiet, HF_HUB_OFFLINE: '1', HF_HOME: join(place, '.huggingface') },
  });
  const counted = /^(\d+) passed, (\d+) failed\s*$/m.exec(stdout);
  process.stdout.write(counted ? stdout.slice(0, counted.index) : `${stdout}FAIL ${part} did not end\n`);
  return counted ? { passed: Number(counted[1]), failed: Number(counted[2]) } : { passed: 0, failed: 1 };
}

function check(place) {
  const made = spawnSync(process.execPath, [inRoot('node_modules', 'tsx', 'dist', 'cli.mjs'), inRoot('scripts', 'exports', 'make-cases.ts'), place, '--seeds', values.seeds], { cwd: ROOT, stdio: 'inherit' });
  const counts = [{ passed: 0, failed: made.status === 0 ? 0 : 1 }, ...parts.map((part) => run(part, place))];
  return { passed: counts.reduce((sum, { passed }) => sum + passed, 0), failed: counts.reduce((sum, { failed }) => sum + failed, 0) };
}

if (spawnSync(python, ['--version']).status === 0) {
  const place = values.keep === undefined ? mkdtempSync(join(tmpdir(), 'check-exports-python-')) : resolve(values.keep);
  const { passed, failed } = check(place);
  if (values.keep === undefined) rmSync(place, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} else {
  console.log(`not run: there is no ${python} here`);
}
