import { expect, test } from 'vitest';
import { bindingLimit } from './binding-limit.ts';

test.each([
  [2 ** 30, {}, 2 ** 30],
  [2 ** 30, { bindingLimit: 4400 }, 4400],
  [2 ** 30, { bindingLimit: 2 ** 40 }, 2 ** 30],
  [2 ** 30, { smaller: true }, 2 ** 28],
  [2 ** 27, { smaller: true }, 2 ** 25],
  [2 ** 25, { smaller: true }, 2 ** 24], // no smaller than 16 MiB
  [2 ** 20, { smaller: true }, 2 ** 20], // nor larger than the device
  [2 ** 30, { smaller: true, bindingLimit: 4400 }, 4400],
])('a device that binds %d bytes, with %o: %d', (most, options, expected) => {
  expect(bindingLimit(most, options)).toBe(expected);
});
