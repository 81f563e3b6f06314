import type { BrowserContext, Page } from './test.ts';

/** In front of the engine's program: keeps the devices that it is given. */
const keepDevices = `{
  const request = self.GPUAdapter?.prototype.requestDevice;
  if (request) {
    const devices = [];
    let always = false;
    self.GPUAdapter.prototype.requestDevice = async function requestDevice(...asked) {
      const device = await request.apply(this, asked);
      devices.push(device);
      if (always) setTimeout(() => device.destroy(), 300);
      return device;
    };
    self.devicesOpened = () => devices.length;
    self.loseDevice = (andAllThatFollow) => {
      always = andAllThatFollow;
      devices.at(-1).destroy();
    };
  }
}
`;

/** Makes the devices of engines that start from here on ones that can be lost. */
export async function keepHoldOfDevices(context: BrowserContext): Promise<void> {
  await context.route(/engine\.worker[^/]*\.js/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: keepDevices + (await response.text()) });
  });
}

/** The engine's worker; Playwright does not tell its name. */
export const engineOf = (page: Page) => page.workers().findLast((worker) => worker.url().includes('engine'));

/** Devices that this engine has opened so far. */
export const devicesOpened = async (page: Page): Promise<number> => (await engineOf(page)?.evaluate(() => (self as unknown as { devicesOpened(): number }).devicesOpened())) ?? 0;

/** Takes the engine's device away, as a driver that is reset does; `andAllThatFollow`: and every other soon after it was opened. */
export async function loseDevice(page: Page, andAllThatFollow = false): Promise<void> {
  await engineOf(page)?.evaluate((always) => (self as unknown as { loseDevice(always: boolean): void }).loseDevice(always), andAllThatFollow);
}
