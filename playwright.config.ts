import { defineConfig } from '@playwright/test';

/** Set by scripts/test.mjs; the fallbacks serve `npx playwright test` on a machine with a Chromium in the usual place. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** A build of one's own, where several are tested at once. */
const dist = process.env['E2E_DIST'] ?? 'dist';
const port = Number(process.env['E2E_PORT'] ?? 4174);

const quiet = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const realModel = '**/real-model.spec.ts';
/** `npm run soak -- --browser`: hours, if one likes. */
const soak = process.env['SOAK'] ? [] : ['**/soak/**'];

/** Tests whose title has `@webgpu` need a GPU (a software one will do); all others run where there is none. The service worker is let in where it is tested. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1, // runs are measured, and share two cores
  forbidOnly: true,
  timeout: 60_000,
  reporter: 'list',
  // A trace costs every test a fifth of its time.
  use: { baseURL: `http://127.0.0.1:${port}/`, trace: process.env['E2E_TRACE'] ? 'retain-on-failure' : 'off', actionTimeout: 60_000, serviceWorkers: 'block' },
  projects: [
    {
      name: 'wasm',
      grepInvert: /@webgpu/,
      testIgnore: [realModel, ...soak],
      use: { launchOptions: { executablePath, args: [...quiet, '--disable-features=WebGPU'] } },
    },
    {
      // `npm run test:real`: a model of hundreds of megabytes, which the repository does not have.
      name: 'real',
      testMatch: process.env['REAL_MODEL'] ? realModel : [],
      use: { launchOptions: { executablePath, args: [...quiet, '--disable-features=WebGPU'] } },
    },
    {
      name: 'webgpu',
      grep: /@webgpu/,
      testIgnore: soak,
      use: {
        launchOptions: {
          executablePath,
          args: ['--headless=new', ...quiet, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
        },
      },
    },
  ],
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --port ${port} --strictPort --outDir ${dist}`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
