import { expect, it } from 'vitest';
import { paintModule } from '../levels/module-paint.ts';
import { runWith } from './candidate.fixture.ts';
import { changedModules, sizeOf } from './changed-modules.ts';
import { genomeFile } from './genome-file.ts';

const { run, find } = runWith();
const paints = run.database.modules.flatMap((summary) => (summary ? [paintModule(summary, 2)] : []));

it('is the whole candidate, in plain numbers', () => {
  const file: unknown = JSON.parse(genomeFile(run, find('1.03'), paints));
  expect(file).toMatchObject({
    version: 1, candidate: '1.03', generation: 1, parent: '0.00', model: 'tales-6m', seed: 1,
    fitness: { measure: 'kl', byStage: [null] },
    parameters: 800, genome: [0, 2, 1, 1],
    settings: { version: 1, search: { maxFlips: 3 } },
  });
  expect((file as { modules: unknown[] }).modules[1]).toEqual({ layer: 0, kind: 'mlp', level: 2, nominalLevel: 2, kept: 0, structures: 4, parameters: 0 });
});

it('has the settings of its own generation', () => {
  expect(JSON.parse(genomeFile(run, find('2.01'), paints))).toMatchObject({ settings: { search: { maxFlips: 1 } } });
});

it('tells what differs between two genomes, and what a genome takes', () => {
  expect(changedModules(paints, [0, 2, 1, 1], [1, 1, 1, 1])).toMatchObject([
    { module: 0, before: 1, after: 0, kept: 4, parameters: 200 },
    { module: 1, before: 1, after: 2, kept: 0, parameters: -200 },
  ]);
  expect(changedModules(paints, [1, 1, 1, 1], [1, 1, 1, 1])).toEqual([]);
  expect(sizeOf(paints, [0, 2, 1, 1])).toBe(800);
});
