import { expect, test, type Page } from './support/test.ts';
import { download, downloadEvents, generationOf, resumptions, showResults, waitForRunState } from './support/follow-run.ts';
import { keepHoldOfDevices, loseDevice } from './support/lose-device.ts';
import { openOnnx } from './support/open-onnx.ts';
import { openPage, startButton } from './support/open-page.ts';
import { useTinyModel } from './support/tiny-model.ts';

const minutes = 60_000;
const generations = 6;

/** Takes the device of the run away, and waits until it is told that the run goes on. */
async function loseDeviceOf(page: Page): Promise<void> {
  await loseDevice(page);
  await expect(page.getByRole('region', { name: 'Messages' }).getByText(/^The graphics device was lost, and the run goes on/)).toBeVisible({ timeout: 2 * minutes });
}

test('a whole run on WebGPU, whose device is lost twice and opened again @webgpu', async ({ page, context }) => {
  test.setTimeout(8 * minutes);
  await useTinyModel(context); // the software GPU is slow
  await keepHoldOfDevices(context);
  const errors = await openPage(page, `./?backend=webgpu&gens=${generations}&lambda=3&calib=256&eval=128&stages=2:0:64,1:64:128`);
  await startButton(page).click();
  await expect(page.getByRole('heading', { name: /^Generation \d/ })).toBeVisible({ timeout: 2 * minutes });
  await loseDeviceOf(page);
  // Further than it was saved then: else the second loss takes back that the first was told of.
  const before = await generationOf(page);
  await expect.poll(() => generationOf(page), { timeout: minutes }).toBeGreaterThan(before + 1);
  await loseDeviceOf(page);
  await waitForRunState(page, 'over', 4 * minutes);
  const events = await downloadEvents(page);
  expect(resumptions(events)).toEqual(['device-lost', 'device-lost']);
  const finished = events.flatMap((event) => (event.type === 'generation-finished' ? [event.generation] : []));
  expect(finished).toEqual(Array.from({ length: generations }, (_, index) => index + 1));

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
