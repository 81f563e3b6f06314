import { expect, test } from 'vitest';
import { garbageCollector } from './garbage-collector.ts';

test('frees what nothing refers to', async () => {
  const collect = garbageCollector();
  const before = process.memoryUsage().arrayBuffers;
  let held: Uint8Array | null = new Uint8Array(100e6).fill(1);
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(90e6);
  expect(held.at(-1)).toBe(1);
  held = null;
  await new Promise((resolve) => setTimeout(resolve)); // nothing on the stack points to it
  collect();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
});
