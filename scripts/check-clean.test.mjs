import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints, resolvedPackages } from './check-clean.mjs';

test('names the file and line of a machine path', () => {
  const path = ['', 'work', 'main'].join('/');
  assert.deepEqual(complaints('a.ts', `fine\nopen('${path}')`), ['a.ts:2: names a path of one machine']);
  assert.equal(complaints('a.ts', ['', 'home', 'ada', 'x'].join('/')).length, 1);
});

test('names a package registry', () => {
  assert.equal(complaints('.npmrc', ['registry', 'npmjs', 'org'].join('.')).length, 1);
});

test('leaves relative paths and ordinary links alone', () => {
  assert.deepEqual(complaints('a.md', 'see ../work.md, src/worker/protocol.ts and https://example.org/homework/'), []);
});

test('a locked package may not say where it came from', () => {
  const packages = { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { resolved: 'somewhere' } };
  assert.equal(resolvedPackages({ packages }).length, 1);
});
