import { expect, it } from 'vitest';
import { TransferRate } from './transfer-rate.ts';

it('is the rate of the last seconds only', () => {
  const rate = new TransferRate(5000);
  expect(rate.bytesPerSecond).toBeNull();
  rate.add(0, 1000);
  rate.add(400, 2000);
  expect(rate.bytesPerSecond).toBeNull();
  rate.add(1000, 3000);
  expect(rate.bytesPerSecond).toBe(2000);
  for (let second = 2; second <= 20; second++) rate.add(1000 * second, 3000 + 100 * (second - 1));
  expect(rate.bytesPerSecond).toBe(100);
});

it('falls to zero while nothing comes, and begins anew when the count does', () => {
  const rate = new TransferRate(5000);
  rate.add(0, 0);
  rate.add(1000, 5000);
  rate.add(7000, 5000);
  expect(rate.bytesPerSecond).toBeCloseTo(0);
  rate.add(7100, 0);
  expect(rate.bytesPerSecond).toBeNull();
  rate.add(8100, 300);
  expect(rate.bytesPerSecond).toBe(300);
});
