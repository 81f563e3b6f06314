/**
 * `npm run check:exports -- [--seeds N] [--only WORD]... [--keep DIR] [--real DIR]`: models of random irregular shapes are exported by the
 * headless runner and opened in the programs that users have. The last line is `N passed, N failed`.
 *
 * `--seeds`: models of each family. `--only`: models, formats or runtimes with the word in their name, of each kind that a
 * word fits those alone; `large`: only what is about memory. `--keep`: where to leave the files. `--real`: folder of a model
 * such as SmolLM2-135M, that is exported in every format as well.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatIds } from '../../src/export/formats.ts';
import { checkCase } from './check-case.ts';
import { checkLarge, checkReal } from './check-large.ts';
import { exportCase } from './export-case.ts';
import { denseModels, irregularModels } from './irregular-models.ts';
import { Tally } from './tally.ts';

const runtimes = ['onnxruntime-node', 'onnxruntime-web', 'transformers.js', 'llama.cpp'];

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string' },
    real: { type: 'string' },
  },
});

/** Of the names those that fit a word of `--only`; all where none does. */
function chosen<Name extends string>(names: readonly Name[]): (name: string) => boolean {
  const found = names.filter((name) => values.only.some((word) => name.includes(word)));
  return (name) => found.length === 0 || found.some((one) => one === name);
}

const tally = new Tally();
const place = values.keep === undefined ? await mkdtemp(join(tmpdir(), 'check-exports-')) : resolve(values.keep);
const plans = [...irregularModels(Number(values.seeds)), ...denseModels()];
const wantsModel = chosen(plans.map(({ name }) => name));
const wanted = { formats: chosen(formatIds), runtimes: chosen(runtimes) };
const [onlyLarge, everything] = [values.only.includes('large'), values.only.length === 0];
try {
  await mkdir(place, { recursive: true });
  for (const plan of plans.filter(({ name }) => !onlyLarge && wantsModel(name))) {
    await tally.attempt(plan.name, async () => checkCase(tally, await exportCase(place, plan), wanted));
    if (values.keep === undefined) await rm(join(place, plan.name), { recursive: true, force: true });
  }
  if (onlyLarge || everything) await tally.attempt('large models', () => checkLarge(tally));
  const { real } = values;
  if (real !== undefined) await tally.attempt(real, () => checkReal(tally, real));
} finally {
  if (values.keep === undefined) await rm(place, { recursive: true, force: true });
}
process.exitCode = tally.finish();
