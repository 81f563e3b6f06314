import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { playwrightCounts, tapCounts, vitestCounts } from './read-counts.mjs';

const folder = mkdtempSync(join(tmpdir(), 'read-counts-'));
after(() => rmSync(folder, { recursive: true }));

function reportFile(content) {
  const path = join(folder, 'report');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('a missing report counts nothing', () => {
  for (const read of [vitestCounts, playwrightCounts, tapCounts]) {
    assert.deepEqual(read(join(folder, 'absent')), { passed: 0, failed: 0 });
  }
});

test('vitest: a file that breaks before its tests is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }, { status: 'failed', assertionResults: [{}] }];
  assert.deepEqual(vitestCounts(reportFile({ numPassedTests: 4, numFailedTests: 1, testResults })), { passed: 4, failed: 2 });
});

test('playwright: flaky tests and errors outside tests are failures', () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 };
  assert.deepEqual(playwrightCounts(reportFile({ stats, errors: [{}] })), { passed: 3, failed: 3 });
});

test('tap: reads the totals', () => {
  assert.deepEqual(tapCounts(reportFile('ok 1\n# pass 12\n# fail 1\n# cancelled 1\n')), { passed: 12, failed: 2 });
});
