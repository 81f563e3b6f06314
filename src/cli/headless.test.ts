import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../run/run-result.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headless-'));
  const line = (index: number): string => `On day ${index} the fox counted ${index * 7} stones by the ${index % 3 === 0 ? 'river' : 'wall'}.\n`;
  const text = (from: number, count: number): string => Array.from({ length: count }, (_, index) => line(from + index)).join('');
  await writeFile(join(folder, 'training.txt'), text(0, 300));
  await writeFile(join(folder, 'held-out.txt'), text(5000, 100));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command; gives its exit code and what it wrote to stderr. */
function headless(...args: string[]): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts/headless.mjs'), ...args]);
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, errors }));
  });
}

async function config(name: string, content: object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

/** Paths of all files of a folder. */
async function files(where: string): Promise<string[]> {
  const found = await readdir(where, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => relative(where, join(entry.parentPath, entry.name))).toSorted();
}

/** What lies in every model folder. */
const beside = ['README.md', 'config.json', 'generation_config.json', 'manifest.json', 'run.json', 'tokenizer.json', 'tokenizer_config.json'];

const tiny = () => ({
  version: 1,
  model: join(root, 'fixtures/models/tiny-bytes'),
  texts: { training: join(folder, 'training.txt'), heldOut: join(folder, 'held-out.txt') },
  calibrationTokens: 256,
  search: { generations: 1, offspring: 3, stages: [{ survivors: 1, fitnessTokens: 128, trainingTokens: 0 }] },
  evaluation: { tokens: 128 },
});

test('a run writes its events, its result, its settings and the model', { timeout: 120_000 }, async () => {
  const out = join(folder, 'out');
  expect(await headless('--config', await config('run.json', tiny()), '--out', out)).toEqual({ code: 0, errors: '' });
  expect((await readdir(out)).toSorted()).toEqual(['events.jsonl', 'model', 'result.json', 'run.json']);
  expect(await files(join(out, 'model'))).toEqual([...beside, 'events.jsonl', 'genai_config.json', 'levels.txt', 'onnx/model.onnx', 'result.json'].toSorted());
  const result = JSON.parse(await readFile(join(out, 'result.json'), 'utf8')) as RunResult;
  expect(result).toMatchObject({ version: 1, heldOut: { tokens: 128 }, parameters: { dense: { total: 31_488 } } });
  expect(result.modules).toHaveLength(6);
  expect(JSON.parse(await readFile(join(out, 'model', 'result.json'), 'utf8'))).toEqual(result);
  const lines = (await readFile(join(out, 'events.jsonl'), 'utf8')).trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'run-finished' });
  expect(await readFile(join(out, 'model', 'events.jsonl'), 'utf8')).toBe(await readFile(join(out, 'events.jsonl'), 'utf8'));

  const again = join(folder, 'out-again');
  await headless('--config', await config('run.json', tiny()), '--out', again, '--threads', '1'); // as many or not, the same comes out
  const timed = ['events.jsonl', 'manifest.json', 'result.json']; // what tells seconds, and hashes of it
  for (const path of (await files(join(out, 'model'))).filter((name) => !timed.includes(name))) {
    expect([path, await readFile(join(again, 'model', path))]).toEqual([path, await readFile(join(out, 'model', path))]);
  }
});

test('a model is exported as it is, and its folder opens again as the same model', { timeout: 120_000 }, async () => {
  const [first, second] = [join(folder, 'as-it-is'), join(folder, 'again')];
  const { texts } = tiny();
  const run = { version: 1, model: tiny().model, texts, exports: ['safetensors-fp32', 'gguf-f16'] };
  expect(await headless('--config', await config('export.json', run), '--out', first, '--export-only')).toEqual({ code: 0, errors: '' });
  const written = await files(join(first, 'model'));
  expect(written).toEqual(expect.arrayContaining([...beside, 'model.safetensors', 'tiny-bytes-pruned-F16.gguf']));
  const again = { ...run, model: join(first, 'model') };
  expect(await headless('--config', await config('again.json', again), '--out', second, '--export-only')).toEqual({ code: 0, errors: '' });
  expect(await readFile(join(second, 'model', 'model.safetensors'))).toEqual(await readFile(join(first, 'model', 'model.safetensors')));
});

test.each([
  ['an unknown key', { version: 1, sead: 1 }, 'unknown key "sead"'],
  ['a model that is not there', { version: 1, model: 'no-such-model' }, 'No bundled model is called'],
])('%s ends with an error that says so', { timeout: 60_000 }, async (name, content, said) => {
  const { code, errors } = await headless('--config', await config('bad.json', content), '--out', join(folder, name));
  expect(code).toBe(1);
  expect(errors).toContain(said);
});

test('missing words are told with the usage', { timeout: 60_000 }, async () => {
  const { code, errors } = await headless('--out', join(folder, 'nothing'));
  expect(code).toBe(1);
  expect(errors).toContain('--config is missing');
  expect(errors).toContain('Usage:');
});
