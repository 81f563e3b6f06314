import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inRoot } from '../paths.mjs';
import { importComplaint } from './floors.mjs';

const allowed = (file, specifier) => importComplaint(file, specifier) === undefined;

test('imports go down, not up and not sideways', () => {
  assert.ok(allowed('src/search/mutate.ts', '../pruning/level-database.ts'));
  assert.ok(allowed('src/search/mutate.ts', './genome.ts'));
  assert.ok(allowed('src/ui/search/panel.tsx', '../../store/run-store.ts'));
  assert.ok(allowed('src/ui/search/panel.tsx', '../search/cell.ts'));
  assert.ok(!allowed('src/pruning/levels.ts', '../search/genome.ts'));
  assert.ok(!allowed('src/search/mutate.ts', '../training/adamw.ts'));
  assert.ok(!allowed('src/base/random.ts', '../model/spec.ts'));
  assert.ok(!allowed('src/store/run-store.ts', '../ui/app.tsx'));
});

test('a graph and a runtime meet in tests only', () => {
  assert.ok(allowed('src/runtime/program.test.ts', '../onnx/graph.ts'));
  assert.ok(!allowed('src/runtime/program.ts', '../onnx/graph.ts'));
  assert.ok(!allowed('src/runtime/program.test.ts', '../sources/folder.ts'));
});

test('benchmarks know runs, and runs no benchmark', () => {
  assert.ok(allowed('src/bench/generation.ts', '../run/measure-stage.ts'));
  assert.ok(!allowed('src/run/measure-stage.ts', '../bench/contest.ts'));
  assert.ok(!allowed('src/bench/generation.ts', '../golden/check.ts'));
});

test('the entry is part of the top floor', () => {
  assert.ok(allowed('src/main.tsx', './ui/app.tsx'));
  assert.ok(!allowed('src/ui/app.tsx', '../unknown/thing.ts'));
});

test('packages belong to their folders', () => {
  assert.ok(allowed('src/runtime/load-ort.ts', 'onnxruntime-web/wasm'));
  assert.ok(!allowed('src/model/forward.ts', 'onnxruntime-web'));
  assert.ok(!allowed('src/onnx/graph.ts', 'onnxruntime-web'));
  assert.ok(allowed('src/onnx/graph.test.ts', 'onnxruntime-web'));
  assert.ok(!allowed('src/export/onnx-file.ts', 'onnxruntime-node'));
  assert.ok(allowed('src/export/onnx-file.test.ts', 'onnxruntime-node'));
  assert.ok(!allowed('src/worker/protocol.ts', 'react'));
  assert.ok(allowed('src/ui/app.tsx', 'react'));
  assert.ok(allowed('src/ui/charts/plot.tsx', 'recharts'));
  assert.ok(!allowed('src/ui/runs/compare-chart.tsx', 'recharts'));
  assert.ok(!allowed('src/sources/folder.ts', 'node:fs'));
  assert.ok(allowed('src/sources/folder.test.ts', 'node:fs'));
  assert.ok(allowed('src/cli/headless.ts', 'node:fs/promises'));
  assert.ok(allowed('src/runtime/testing.ts', 'node:url'));
});

test('only tests reach outside src/', () => {
  assert.ok(!allowed('src/model/spec.ts', '../../scripts/paths.mjs'));
  assert.ok(allowed('src/model/spec.test.ts', '../../fixtures/tiny.json'));
});

test('the linter applies the rule to every form of import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'floors-'));
  try {
    mkdirSync(join(folder, 'src/pruning'), { recursive: true });
    const up = "'../search/genome.ts'";
    const lines = [`import { a } from ${up};`, `export * from ${up};`, `export { b } from ${up};`, `export type C = import(${up}).C;`, `export const d = () => [a, import(${up})];`];
    writeFileSync(join(folder, 'src/pruning/bad.ts'), lines.join('\n'));
    assert.deepEqual(lintedLines(folder), [1, 2, 3, 4, 5]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Lines on which the repository's lint configuration reports the rule. */
function lintedLines(folder) {
  const args = [inRoot('node_modules/oxlint/bin/oxlint'), '--config', inRoot('.oxlintrc.json'), '--format=json', folder];
  let output;
  try {
    output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  } catch (error) {
    output = error.stdout; // exits with 1 where it finds something
  }
  const found = JSON.parse(output).diagnostics.filter(({ code }) => code === 'floors(imports)');
  return found.map(({ labels }) => labels[0].span.line).toSorted((a, b) => a - b);
}
