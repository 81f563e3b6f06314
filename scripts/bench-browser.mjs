/**
 * `npm run bench -- browser [--backend wasm|webgpu] [--groups A,B] [--sizes A,B] [--full]`: builds the site, opens bench.html in Chromium and
 * prints what it copies as Markdown. WebGPU is the software adapter where there is no other; there take `--sizes 1m`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { findChromium } from './find-chromium.mjs';
import { freePort } from './free-port.mjs';
import { inRoot } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const LIMIT = 3_600_000; // milliseconds
const ARGUMENTS = ['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    groups: { type: 'string' },
    sizes: { type: 'string' },
    full: { type: 'boolean', default: false },
    /** A GPU of this machine in place of the software adapter. */
    gpu: { type: 'boolean', default: false },
  },
});

/** Serves a built folder as the site is served at best: cross-origin isolated. Resolves when it answers. */
async function serve(folder) {
  const port = await freePort();
  const server = spawn(process.execPath, [inRoot('node_modules/vite/bin/vite.js'), 'preview', '--port', String(port), '--strictPort', '--outDir', folder], { cwd: inRoot('.'), stdio: 'ignore' });
  const address = `http://127.0.0.1:${port}/`;
  for (;;) {
    if (server.exitCode !== null) throw new Error('the built site could not be served');
    if (await fetch(address).then(({ ok }) => ok, () => false)) return { address, close: () => server.kill() };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function query() {
  const parameters = new URLSearchParams({ backend: values.backend, effort: values.full ? 'full' : 'quick' });
  for (const name of ['groups', 'sizes']) if (values[name] !== undefined) parameters.set(name, values[name]);
  return parameters;
}

/** Runs the page to its end; what it copies. */
async function measure(address) {
  const graphics = values.backend === 'wasm' ? ['--disable-features=WebGPU'] : values.gpu ? ['--enable-unsafe-webgpu'] : WEBGPU;
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...ARGUMENTS, ...graphics] });
  try {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${address}bench.html?${query()}`);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Finished.').or(page.getByRole('alert')).waitFor({ timeout: LIMIT });
    const alert = page.getByRole('alert');
    if ((await alert.count()) > 0) throw new Error(await alert.innerText());
    await page.getByRole('button', { name: 'Copy results as Markdown' }).click();
    return await page.evaluate(() => navigator.clipboard.readText());
  } finally {
    await browser.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-site-'));
try {
  const code = await runCommand(process.execPath, [inRoot('node_modules/vite/bin/vite.js'), 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn']);
  if (code !== 0) throw new Error('the site could not be built');
  const server = await serve(folder);
  try {
    console.log(await measure(server.address));
  } finally {
    server.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
