import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { writeSparseCheckpoint } from '../../src/cli/sparse-checkpoint.fixture.ts';
import { formatIds } from '../../src/export/formats.ts';
import type { FormatId } from '../../src/export/formats.ts';
import { readConfig } from '../../src/model/read-config.ts';
import { totalParameters } from '../../src/model/spec.ts';
import { exportHeadless } from './headless.ts';
import type { Tally } from './tally.ts';

const MB = 1e6;
/** What the whole process may take while it exports a model too large for its memory budget. */
const FLAT_MEGABYTES = 400;
/** How much more the larger of two models may take: no more than two processes differ anyway. */
const GROWTH_MEGABYTES = 60;
const SMALL_MODEL_MEGABYTES = 2000;

const resourcesSchema = v.object({ peakResidentBytes: v.number() });

/** Exports a model's folder in a process of its own; the folder that was written, and the most memory that the process had, MB. */
async function exportMeasured(place: string, model: string, formats: readonly FormatId[]): Promise<{ folder: string; peak: number }> {
  await mkdir(place, { recursive: true });
  const [run, resources] = [join(place, 'run.json'), join(place, 'resources.json')];
  await writeFile(run, JSON.stringify({ version: 1, model, exports: formats }));
  exportHeadless(['--config', run, '--out', place, '--resources', resources]);
  const { peakResidentBytes } = v.parse(resourcesSchema, JSON.parse(await readFile(resources, 'utf8')));
  return { folder: join(place, 'model'), peak: peakResidentBytes / MB };
}

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

/** TinyLlama's layers, and a few of them. */
const shape = { model_type: 'llama', vocab_size: 32_000, hidden_size: 2048, intermediate_size: 5632, num_attention_heads: 32, num_key_value_heads: 4 };

/** Exports zeros of `layers` layers, whose weights are to lie in a file of their own or not; the peak in MB. Model and export are removed again. */
async function exportZeros(tally: Tally, place: string, layers: number, external: boolean): Promise<number> {
  const config = { ...shape, num_hidden_layers: layers };
  const source = join(place, 'source');
  try {
    const bytes = 2 * (await writeSparseCheckpoint(source, config)); // from bfloat16
    const { folder, peak } = await exportMeasured(join(place, 'out'), source, ['onnx-fp32']);
    const name = `${(bytes / 1e9).toFixed(2)} GB of weights`;
    const file = join(folder, 'onnx/model.onnx');
    const written = (await sizeOf(file)) + (external ? await sizeOf(`${file}_data`) : 0);
    tally.say(Math.abs(written / bytes - 1) < 1e-3, `${name}${external ? ' as external data' : ''}: ${written} bytes written`);
    tally.say(peak <= FLAT_MEGABYTES, `${name}: peak memory ${peak.toFixed(0)} MB (limit ${FLAT_MEGABYTES} MB)`);
    return peak;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Models that no process here could hold are exported with external data, in memory that does not grow with the model. */
export async function checkLarge(tally: Tally): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'check-exports-large-'));
  try {
    const smaller = await exportZeros(tally, join(place, 'smaller'), 6, false);
    const larger = await exportZeros(tally, join(place, 'larger'), 12, true);
    tally.say(larger - smaller <= GROWTH_MEGABYTES, `1 GB more of weights takes ${(larger - smaller).toFixed(0)} MB more memory (limit ${GROWTH_MEGABYTES} MB)`);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** A real model of some hundred million parameters: all formats in a process of 2 GB, and no byte more than its weights need. */
export async function checkReal(tally: Tally, model: string): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'check-exports-real-'));
  try {
    const parameters = totalParameters(readConfig(await readFile(join(model, 'config.json'), 'utf8')));
    const { folder, peak } = await exportMeasured(place, resolve(model), formatIds);
    tally.say(peak <= SMALL_MODEL_MEGABYTES, `all formats of ${model}: peak memory ${peak.toFixed(0)} MB (limit ${SMALL_MODEL_MEGABYTES} MB)`);
    const excess = (await sizeOf(join(folder, 'onnx/model.onnx'))) / (4 * parameters) - 1;
    tally.measure(`float32 ONNX file against 4 bytes for each of ${parameters} parameters`, Math.abs(excess), 1e-3);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
