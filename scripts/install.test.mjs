import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesLock, nodeIsNewEnough } from './install.mjs';

const lock = (packages) => ({ packages: { '': {}, ...packages } });

test('Node versions are compared as numbers', () => {
  assert.equal(nodeIsNewEnough('20.19.0'), true);
  assert.equal(nodeIsNewEnough('20.9.0'), false);
  assert.equal(nodeIsNewEnough('18.20.0'), false);
  assert.equal(nodeIsNewEnough('22.0.0'), true);
});

test('an install matches its lock when every version does', () => {
  const wanted = lock({ 'node_modules/a': { version: '1.0.0' } });
  assert.equal(matchesLock(wanted, lock({ 'node_modules/a': { version: '1.0.0' } })), true);
  assert.equal(matchesLock(wanted, lock({ 'node_modules/a': { version: '1.0.1' } })), false);
  assert.equal(matchesLock(wanted, lock({})), false);
});

test('only optional packages may be absent, and then none of another version', () => {
  const wanted = lock({ 'node_modules/binding': { version: '2.0.0', optional: true } });
  assert.equal(matchesLock(wanted, lock({})), true);
  assert.equal(matchesLock(wanted, lock({ 'node_modules/binding': { version: '1.0.0' } })), false);
});
