import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/** Software WebGPU in headless Chromium, so that the GPU suite runs on machines without a GPU. */
const CHROMIUM_ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['src/**/*.test.ts'],
          testTimeout: 60_000,
          maxWorkers: '100%', // by default one core is left idle, of two
        },
      },
      {
        optimizeDeps: {
          // onnxruntime finds its .wasm files beside its own module, which pre-bundling would move.
          exclude: ['onnxruntime-web'],
          // Known beforehand, so that no test page is reloaded half-way for a dependency found late.
          include: [
            '@huggingface/jinja',
            '@huggingface/tokenizers',
            'client-zip',
            'idb',
            'react',
            'zustand',
            'fast-check',
            'valibot',
            'pure-rand/distribution/uniformFloat64',
            'pure-rand/distribution/uniformInt',
            'pure-rand/generator/xoroshiro128plus',
            '@bufbuild/protobuf',
            '@bufbuild/protobuf/codegenv2',
            '@bufbuild/protobuf/wire',
          ],
        },
        test: {
          name: 'webgpu',
          include: ['src/**/*.backend.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: CHROMIUM_ARGS },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
