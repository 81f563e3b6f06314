import { inNode } from './load-ort.ts';
import type { Runtime } from './runtime.ts';
import { createRuntime, type RuntimeOptions } from './create-runtime.ts';

/**
 * The runtime that a backend test runs on: WebGPU in the browser project, WebAssembly in Node. One thread unless told otherwise: others wait for
 * work in a loop, which two test files at once on two cores pay for with each other's time.
 */
export function makeRuntime({ threads = 1, ...options }: Pick<RuntimeOptions, 'bindingLimit' | 'threads'> = {}): Promise<Runtime> {
  return inNode() ? createRuntime({ ...options, prefer: 'wasm', threads }) : createRuntime({ ...options, prefer: 'webgpu' });
}

/** Whether tests run on the GPU, which is a software one. */
export const onGpu = !inNode();

/**
 * The first `count` of several like cases where the tests run on a software GPU, which takes minutes for what WASM does in
 * seconds; all of them in Node. For suites whose cases `golden.backend.test.ts` covers on both back ends anyway.
 */
export function fewOnGpu<Case>(cases: readonly Case[], count: number): readonly Case[] {
  return onGpu ? cases.slice(0, count) : cases;
}

/** The bytes of a file under the repository's `fixtures/`, for instance `readFixture('tiny/config.json')`. */
export async function readFixture(path: string): Promise<Uint8Array> {
  if (inNode()) {
    const { readFile } = await import('node:fs/promises');
    return new Uint8Array(await readFile(new URL(`../../fixtures/${path}`, import.meta.url)));
  }
  // Asked like this, vitest's server gives 404 for a missing file and not the site's page.
  const response = await fetch(`/fixtures/${path}`, { headers: { Accept: 'application/octet-stream' } });
  if (!response.ok) throw new Error(`fixture ${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
