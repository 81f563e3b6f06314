import { expect, it } from 'vitest';
import { ReleasableBytes } from './releasable-bytes.ts';

it('holds bytes until they are released, and gives their memory back at once', () => {
  const before = process.memoryUsage().rss;
  const held = new ReleasableBytes(200e6);
  held.bytes.fill(7);
  expect(held.bytes.at(-1)).toBe(7);
  expect(process.memoryUsage().rss - before).toBeGreaterThan(150e6);
  held.release();
  expect(held.bytes.length).toBe(0);
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  held.release();
});
