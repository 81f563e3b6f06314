import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { FolderSource } from '../../src/cli/folder-source.ts';
import { formatIds, formatOf } from '../../src/export/formats.ts';
import type { Format, FormatId } from '../../src/export/formats.ts';
import type { PlainModel } from '../../src/model/reference-forward.fixture.ts';
import { loadTokenizer } from '../../src/sources/tokenizer.ts';
import { isImpossible } from './expected-formats.ts';
import { exportHeadless } from './headless.ts';
import type { ModelPlan } from './irregular-models.ts';
import { choosePrompts } from './prompts.ts';
import type { Prompt } from './prompts.ts';
import { randomModel, withVocabulary, writeCheckpoint } from './write-checkpoint.ts';

/** A made-up model that was exported in every format that it can be had in. */
export interface ExportCase {
  readonly plan: ModelPlan;
  readonly model: PlainModel;
  readonly prompts: readonly Prompt[];
  /** The model folder that was written. */
  readonly folder: string;
  /** Why a format is not to be had, by format. */
  readonly unavailable: ReadonlyMap<FormatId, string>;
}

const plannedEvent = v.object({
  type: v.literal('exports-planned'),
  offers: v.array(v.object({ format: v.picklist(formatIds), unavailable: v.nullable(v.object({ reason: v.string() })) })),
});

/** What the runner's log says of formats that it did not write. */
async function readUnavailable(log: string): Promise<Map<FormatId, string>> {
  const events: unknown[] = (await readFile(log, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
  const planned = events.map((event) => v.safeParse(plannedEvent, event)).find(({ success }) => success);
  if (!planned?.success) throw new Error(`${log} has no event of what can be exported`);
  return new Map(planned.output.offers.flatMap(({ format, unavailable }) => (unavailable === null ? [] : [[format, unavailable.reason] as const])));
}

/** Writes the checkpoint of a plan below `place` and has it exported in all formats. */
export async function exportCase(place: string, planned: ModelPlan): Promise<ExportCase> {
  const plan = withVocabulary(planned);
  const source = join(place, plan.name, 'source');
  const out = join(place, plan.name, 'out');
  await mkdir(out, { recursive: true });
  const model = randomModel(plan);
  await writeCheckpoint(source, plan, model);
  const tokenizer = await loadTokenizer(new FolderSource(source), model.spec.vocabulary);
  const prompts = choosePrompts(model, plan.seed, (text) => tokenizer.encode(text), tokenizer.eos ?? -1);
  const run = join(place, plan.name, 'run.json');
  await writeFile(run, JSON.stringify({ version: 1, model: source, exports: formatIds.filter((id) => !isImpossible(id, model.spec)) }));
  exportHeadless(['--config', run, '--out', out]);
  return { plan, model, prompts, folder: join(out, 'model'), unavailable: await readUnavailable(join(out, 'events.jsonl')) };
}

const onnxSuffix = { fp32: '', fp16: '_fp16', q4: '_q4', q4f16: '_q4f16' } as const;

/** The name by which transformers.js finds an ONNX file, without the suffix of its precision. */
export const onnxName = (attention: 'plain' | 'gqa'): string => (attention === 'gqa' ? 'model_gqa' : 'model');

async function findGguf(folder: string, ending: string, padded: boolean): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(`${ending}.gguf`) && name.includes('-padded') === padded);
  if (names.length !== 1 || names[0] === undefined) throw new Error(`${names.length} GGUF files are called so: ${names.join(', ')}`);
  return join(folder, names[0]);
}

/** Where a format was written: the file of ONNX and GGUF, the folder of safetensors. */
export async function placeOf(folder: string, id: FormatId): Promise<string> {
  const format: Format = formatOf(id);
  if (format.kind === 'onnx') return join(folder, 'onnx', `${onnxName(format.attention)}${onnxSuffix[format.precision]}.onnx`);
  if (format.kind === 'gguf') return findGguf(folder, format.type === 'f16' ? 'F16' : 'Q8_0', format.shape === 'padded');
  const own = join(folder, id);
  const subfolders = await readdir(folder);
  return subfolders.includes(id) ? own : folder;
}
