import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { kernelsModule, TARGET } from './make-kernels.mjs';

test('the committed kernels are what their source gives', async () => {
  assert.equal(readFileSync(TARGET, 'utf8'), await kernelsModule());
});
