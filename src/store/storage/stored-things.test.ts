import { expect, it } from 'vitest';
import { storedRun } from '../runs/runs.fixture.ts';
import { modelFolder } from '../../sources/stored-record.ts';
import { leftoverExports, storedThings, type StorageFacts } from './stored-things.ts';

const model = 'hub:owner/tiny@main';
const nothing: StorageFacts = { files: [], runs: [], held: new Set(), models: new Set(), exportsHeld: new Set(), ownExports: 'own', exporting: false, downloads: 0, offline: 0 };
const running = (id: string) => ({ ...storedRun(id, (config) => ({ ...config, model })), state: 'running' as const, bytes: 7 });
const shown = (facts: Partial<StorageFacts>) => storedThings({ ...nothing, ...facts }).map(({ kind, id, bytes, inUse }) => [kind, id, bytes, inUse]);

it('lists what can be deleted with its size, by kind and size; nothing of other kinds', () => {
  const files = [
    { path: `${modelFolder('hub:owner/small@main')}/files/a`, size: 1 },
    { path: `${modelFolder(model)}/files/a`, size: 100 },
    { path: `${modelFolder(model)}/plan.json`, size: 5 },
    { path: 'models/not ours/x', size: 9 },
    { path: `${modelFolder('hub:owner/empty@main')}/lock`, size: 0 },
    { path: 'checkpoints/abc/part', size: 30 },
    { path: 'exports/own/onnx-fp16/model.onnx', size: 50 },
    { path: 'exports/other/x', size: 20 },
    { path: 'exports/gone/x', size: 2 },
    { path: 'scratch/levels-1', size: 3 },
  ];
  expect(shown({ files, runs: [storedRun('abc')], exportsHeld: new Set(['own', 'other']), downloads: 4, offline: 8 })).toEqual([
    ['model', model, 105, null],
    ['model', 'hub:owner/small@main', 1, null],
    ['run', 'abc', 0, null],
    ['checkpoint', 'abc', 30, null],
    ['export', 'own', 50, null],
    ['export', 'other', 20, 'another tab has them'],
    ['leftover', 'leftover', 9, null],
    ['offline', 'offline', 8, null],
  ]);
  expect(leftoverExports({ files, exportsHeld: new Set(['other']), ownExports: 'own' })).toEqual(['gone']);
});

it('gives nothing away that is in use', () => {
  const files = [`${modelFolder(model)}/files/a`, `${modelFolder('hub:owner/b@main')}/files/a`, 'checkpoints/abc/part', 'exports/own/x'].map((path) => ({ path, size: 1 }));
  const held = new Set(['abc']);
  expect(shown({ files, runs: [running('abc')], held, exporting: true })).toEqual([
    ['model', model, 1, 'a run under way needs it'],
    ['model', 'hub:owner/b@main', 1, null],
    ['run', 'abc', 7, 'it is under way'],
    ['checkpoint', 'abc', 1, 'its run is under way'],
    ['export', 'own', 1, 'files are being written'],
  ]);
  // A run whose tab holds it and that could not be stored: its model is not known.
  expect(shown({ files: files.slice(0, 1), held })).toEqual([['model', model, 1, 'a run in another tab may need it']]);
  expect(shown({ files: files.slice(0, 1), models: new Set([model]) })).toEqual([['model', model, 1, 'a run under way needs it']]);
  // Interrupted: nobody holds it.
  expect(shown({ files, runs: [running('abc')] }).every(([, , , inUse]) => inUse === null)).toBe(true);
});
