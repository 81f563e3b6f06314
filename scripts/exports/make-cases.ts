/** `tsx make-cases.ts DIR [--seeds N]`: the exported models of check:exports with what programs in other languages have to find in them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatIds, formatOf } from '../../src/export/formats.ts';
import type { FormatId } from '../../src/export/formats.ts';
import { isRegular } from './expected-formats.ts';
import { exportCase, placeOf } from './export-case.ts';
import type { ExportCase } from './export-case.ts';
import { fileModel } from './file-model.ts';
import { denseModels, irregularModels } from './irregular-models.ts';
import { limitOf, roundingLimitOf } from './limits.ts';
import { logitsOf } from './reference.ts';
import type { Logits } from './reference.ts';

/** Writes logits as float64, `[positions, vocabulary]`, a file a prompt; their paths. */
async function writeLogits(place: string, name: string, logits: Logits): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, values] of logits.entries()) {
    const path = join(place, `${name}-${index}.f64`);
    await writeFile(path, new Uint8Array(Float64Array.from(values).buffer));
    paths.push(path);
  }
  return paths;
}

/** Where a format is, and what is expected of it. */
async function describeFormat(exported: ExportCase, id: FormatId, place: string, model: readonly string[]) {
  const format = formatOf(id);
  const path = await placeOf(exported.folder, id);
  const exact = roundingLimitOf(format) === null;
  const quantised = async (): Promise<readonly string[]> => writeLogits(place, id, logitsOf(await fileModel(format, path, exported.model.spec), exported.prompts));
  return { ...format, id, path, exact, limit: limitOf(format), reference: exact ? model : await quantised() };
}

async function describe(exported: ExportCase, place: string): Promise<object> {
  const { plan, model, prompts, folder, unavailable } = exported;
  await mkdir(place, { recursive: true });
  const reference = await writeLogits(place, 'model', logitsOf(model, prompts));
  const formats: object[] = [];
  for (const id of formatIds.filter((known) => !unavailable.has(known))) formats.push(await describeFormat(exported, id, place, reference));
  return { name: plan.name, regular: isRegular(model.spec), folder, source: join(folder, '../../source'), vocabulary: model.spec.vocabulary, prompts, formats };
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seeds: { type: 'string', default: '3' } } });
const [folder] = positionals;
if (folder === undefined) throw new Error('usage: make-cases.ts DIR [--seeds N]');
const place = resolve(folder);
for (const plan of [...irregularModels(Number(values.seeds)), ...denseModels()]) {
  try {
    const described = await describe(await exportCase(place, plan), join(place, plan.name, 'reference'));
    await writeFile(join(place, plan.name, 'case.json'), JSON.stringify(described));
    console.log(`made ${plan.name}`);
  } catch (error) {
    console.log(`FAIL ${plan.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1; // the others are made all the same
  }
}
