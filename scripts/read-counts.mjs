/** Reads how many tests passed and failed from the reports of the test runners. Skipped tests count as neither. */
import { existsSync, readFileSync } from 'node:fs';

const NONE = { passed: 0, failed: 0 };

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Vitest's JSON report. A file that fails before its tests run counts as one failure. */
export function vitestCounts(path) {
  if (!existsSync(path)) return NONE;
  const report = readJson(path);
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles };
}

/** Playwright's JSON report. A test that passed only when tried again counts as failed. */
export function playwrightCounts(path) {
  if (!existsSync(path)) return NONE;
  const { stats, errors } = readJson(path);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}

/** The totals at the end of Node's TAP report. */
export function tapCounts(path) {
  if (!existsSync(path)) return NONE;
  const text = readFileSync(path, 'utf8');
  const total = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { passed: total('pass'), failed: total('fail') + total('cancelled') };
}
