/**
 * `npm test`: installs what is missing, then runs every check and suite, even where an earlier one failed.
 * The last line is `N passed, N failed`, the sum over all of them; the exit code is 1 if any failed or a suite ran nothing.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { findChromium } from './find-chromium.mjs';
import { freePort } from './free-port.mjs';
import { install } from './install.mjs';
import { inRoot } from './paths.mjs';
import { playwrightCounts, tapCounts, vitestCounts } from './read-counts.mjs';
import { runCommand } from './run-command.mjs';

const STEP_LIMIT = 1_200_000; // milliseconds; a browser that hangs must not hang everything
const REPORTS = inRoot('out', 'reports');

/** A check is one test: it passes or it does not. */
const check = (name, ...command) => ({ name, command });
const bin = (path) => [process.execPath, inRoot('node_modules', path)];
const script = (name) => [process.execPath, inRoot('scripts', name)];
const report = (name) => inRoot('out', 'reports', name);

const vitest = (name, project) => ({
  name,
  command: [...bin('vitest/vitest.mjs'), 'run', `--project=${project}`, '--reporter=default', '--reporter=json', `--outputFile.json=${report(`${project}.json`)}`],
  count: () => vitestCounts(report(`${project}.json`)),
});

function scriptTests() {
  return readdirSync(inRoot('scripts'), { recursive: true })
    .filter((path) => path.endsWith('.test.mjs'))
    .map((path) => inRoot('scripts', path));
}

/** Steps follow one another; those of a group run at once, where one alone leaves a part of the processor idle. */
const STEPS = [
  check('type check', ...bin('typescript/bin/tsc'), '-p', '.', '--noEmit'),
  check('lint', ...bin('oxlint/bin/oxlint'), '--deny-warnings', '.'),
  check('clean repository', ...script('check-clean.mjs')),
  {
    name: 'script tests',
    command: [process.execPath, '--test', '--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=tap', `--test-reporter-destination=${report('scripts.tap')}`, ...scriptTests()],
    count: () => tapCounts(report('scripts.tap')),
  },
  [vitest('unit tests', 'node'), vitest('WebGPU tests', 'webgpu')],
  check('build', ...bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn'),
  check('size of first load', ...script('check-size.mjs')),
  {
    name: 'browser tests',
    command: [...bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'],
    count: () => playwrightCounts(report('playwright.json')),
  },
];

/** A suite that fails, or that ran nothing, counts as one failure at least. */
async function runStep(step, environment) {
  console.log(`\n=== ${step.name} ===`);
  const began = performance.now();
  const code = await runCommand(step.command[0], step.command.slice(1), { environment, timeout: STEP_LIMIT });
  const counts = step.count?.() ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  const failed = code !== 0 || counts.passed === 0 ? Math.max(1, counts.failed) : counts.failed;
  return { name: step.name, passed: counts.passed, failed, seconds: (performance.now() - began) / 1000 };
}

async function runAll() {
  await install();
  const chromium = await findChromium();
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const environment = {
    CHROMIUM_PATH: chromium,
    E2E_PORT: String(await freePort()),
    PLAYWRIGHT_JSON_OUTPUT_FILE: report('playwright.json'),
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
  };
  const wanted = process.argv.slice(2); // names of steps; none means all
  const results = [];
  for (const group of STEPS) {
    const steps = [group].flat().filter(({ name }) => wanted.length === 0 || wanted.includes(name));
    results.push(...(await Promise.all(steps.map((step) => runStep(step, environment)))));
  }
  return results;
}

function summarise(results) {
  console.log('');
  for (const { name, passed, failed, seconds } of results) {
    console.log(`${name.padEnd(20)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('passed') > 0 && sum('failed') === 0;
}

try {
  process.exitCode = summarise(await runAll()) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
