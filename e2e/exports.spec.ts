import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from './support/test.ts';
import { openModel } from '../src/model/load-model.ts';
import { FolderSource } from '../src/cli/folder-source.ts';
import { formatIds } from '../src/export/formats.ts';
import { checkManifest } from '../src/export/folder/manifest.ts';
import type { RunResult } from '../src/run/run-result.ts';
import { download, downloadEvents, downloadJson, showResults, waitForRunState } from './support/follow-run.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { greedyTokens } from './support/open-onnx.ts';
import { openPage, startButton } from './support/open-page.ts';
import { answersOf, serveTransformers, unpack } from './support/transformers-page.ts';

const minutes = 60_000;
/** As short as a run can be: what counts is what comes out of it. */
const shortRun = './?gens=1&lambda=3&calib=1024&eval=512&stages=1:0:256';

const rows = ['ONNX, fp16', 'ONNX, fp32', 'ONNX, q4f16', 'ONNX, q4', 'safetensors, bf16', 'safetensors, fp16', 'safetensors, fp32', 'GGUF, F16', 'GGUF, Q8_0'];

async function pruned(page: Page): Promise<readonly string[]> {
  const errors = await openPage(page, shortRun);
  await startButton(page).click();
  await waitForRunState(page, 'over', 5 * minutes);
  await showResults(page);
  await expect(page.getByRole('radio', { name: /^ONNX, fp16/ })).toBeVisible();
  return errors;
}

/** Chooses a row and downloads it; the bytes of the file. */
async function downloadFormat(page: Page, row: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('radio', { name: new RegExp(`^${row} [\\d.]`) }).check();
  const { path, name } = await download(page, page.getByRole('button', { name: /^Download / }), 2 * minutes);
  return { name, bytes: await readFile(path) };
}

test('a pruned model goes out in every format, each file as it was told', async ({ page }) => {
  test.setTimeout(12 * minutes);
  const errors = await pruned(page);
  const hashes = new Map<string, string>();
  const take = async (row: string, key = row): Promise<void> => {
    const { name, bytes } = await downloadFormat(page, row);
    hashes.set(key, createHash('sha256').update(bytes).digest('hex'));
    if (row.startsWith('GGUF')) expect(bytes.subarray(0, 4).toString()).toBe('GGUF');
    else expect(name).toMatch(/\.(onnx|safetensors)$/);
  };
  for (const row of rows) await take(row);
  await page.getByText('For programs that know no irregular layers').click();
  for (const row of rows.filter((name) => !name.startsWith('ONNX'))) await take(`${row}, padded`);
  await page.getByRole('button', { name: 'GroupQueryAttention', exact: true }).click();
  for (const row of rows.filter((name) => name.startsWith('ONNX'))) await take(row, `${row}, fused`);
  const events = await downloadEvents(page);
  const exported = events.filter((event) => event.type === 'exported');
  expect(exported.map(({ format }) => format).toSorted()).toEqual([...formatIds].toSorted());
  expect(new Set(hashes.values()).size).toBe(formatIds.length);
  const written = exported.flatMap(({ files }) => files.map(({ sha256 }) => sha256));
  for (const [row, hash] of hashes) expect(written, row).toContain(hash);
  const planned = events.find((event) => event.type === 'exports-planned');
  for (const { format, files } of exported) {
    expect(files.map(({ path, size }) => ({ path, bytes: size }))).toEqual(planned?.offers.find((offer) => offer.format === format)?.files);
  }
  for (const { format, check } of exported.filter((event) => event.format.startsWith('onnx'))) {
    expect(check?.relativeError, format).toBeLessThan(format.includes('q4') ? 0.5 : 5e-3);
  }
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(errors).toEqual([]);
});

test('the model folder is whole, opens here again, and in transformers.js on another page', async ({ page, context, conduct }) => {
  test.setTimeout(10 * minutes);
  const folder = await mkdtemp(join(tmpdir(), 'model-folder-'));
  try {
    // Headless browsers cannot answer the dialog that asks where to save.
    await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
    const errors = await pruned(page);
    for (const name of ['ONNX, fp16', 'ONNX, fp32', 'safetensors, fp32']) await page.getByRole('checkbox', { name, exact: true }).check();
    const { path, name } = await download(page, page.getByRole('button', { name: 'Save as .zip' }), 3 * minutes);
    expect(name).toMatch(/-pruned\.zip$/);
    const result = await downloadJson<RunResult>(page, /save result\.json/i);
    expect(errors).toEqual([]);

    const paths = await unpack(new Uint8Array(await readFile(path)), join(folder, 'models'));
    const model = name.replace(/\.zip$/, '');
    const within = paths.map((entry) => entry.slice(model.length + 1));
    const files = await Promise.all(
      within.filter((entry) => entry !== 'manifest.json').map(async (entry) => {
        const bytes = await readFile(join(folder, 'models', model, entry));
        return { path: entry, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      }),
    );
    expect(checkManifest(await readFile(join(folder, 'models', model, 'manifest.json'), 'utf8'), files)).toEqual([]);
    expect(files.map((file) => file.path)).toEqual(expect.arrayContaining(['README.md', 'events.jsonl', 'model.safetensors', 'onnx/model.onnx', 'onnx/model_fp16.onnx']));
    expect(JSON.parse(await readFile(join(folder, 'models', model, 'result.json'), 'utf8'))).toEqual(result);
    const events = (await readFile(join(folder, 'models', model, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(events.map((line): unknown => JSON.parse(line))).toEqual(
      expect.arrayContaining(['onnx-fp16', 'onnx-fp32', 'safetensors-fp32'].map((format): unknown => expect.objectContaining({ type: 'exported', format }))),
    );

    const opened = await openModel(new FolderSource(join(folder, 'models', model)));
    expect(opened.parameters).toEqual(result.parameters.pruned);

    const prompts = ['Once upon a time', 'The old king'];
    const ids = prompts.map((prompt) => [...opened.tokenizer.encode(prompt)]);
    const expected = await greedyTokens(join(folder, 'models', model, 'onnx/model.onnx'), ids, 8);
    for (const dtype of ['fp32', 'fp16']) {
      const server = await serveTransformers(folder, model, dtype);
      conduct.allow(server.address);
      try {
        const other = await context.newPage();
        expect(await answersOf(other, server.address, prompts, 8), dtype).toEqual(expected);
        await other.close();
      } finally {
        await server.close();
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
