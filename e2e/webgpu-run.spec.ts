import { expect, test } from './support/test.ts';
import { fileURLToPath } from 'node:url';
import { download, showResults, waitForRunState } from './support/follow-run.ts';
import { openOnnx } from './support/open-onnx.ts';
import { openPage, startButton } from './support/open-page.ts';

const minutes = 60_000;
const tinyModel = fileURLToPath(new URL('../fixtures/models/tiny-bytes/', import.meta.url));

test('a whole run on WebGPU @webgpu', async ({ page, context }) => {
  test.setTimeout(6 * minutes);
  // The software GPU is slow: a tiny model lies where the bundled one is.
  await context.route(/\/models\/tales-6m\/([\w.]+)$/, (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
    return route.fulfill({ path: `${tinyModel}${name}` });
  });
  const errors = await openPage(page, './?backend=webgpu&gens=2&lambda=4&calib=256&eval=128&stages=2:0:64,1:64:128');
  await startButton(page).click();
  await waitForRunState(page, 'over', 5 * minutes);
  await expect(page.getByText(/webgpu/i).first()).toBeVisible();
  await showResults(page);
  await page.getByRole('radio', { name: /^ONNX, fp32/ }).check();
  const model = await download(page, /download onnx/i, minutes);
  await expect(page.getByText('passed, WebGPU')).toBeVisible();
  await using file = await openOnnx(model.path);
  const logits = await file.logits([0, 5, 9, 17]);
  expect(logits).toHaveLength(4 * 257);
  expect(logits.every(Number.isFinite)).toBe(true);

  // A software GPU has no half precision, so another runtime opens this one.
  await page.getByRole('radio', { name: /^ONNX, fp16/ }).check();
  await download(page, /download onnx/i, 2 * minutes);
  await expect(page.getByText('passed, WebAssembly')).toBeVisible();
  expect(errors).toEqual([]);
});
