import { fileURLToPath } from 'node:url';
import { HubServer } from '../../src/sources/hub-server.fixture.ts';
import type { Conduct } from './conduct.ts';
import { startButton } from './open-page.ts';
import { expect, type Page } from './test.ts';

/** A model whose generations take a tenth of a second: for tests of what is around a run. */
const tiny = { id: 'darwin/tiny', folder: fileURLToPath(new URL('../../fixtures/models/tiny-bytes', import.meta.url)), licence: 'mit' };

/** A Hub that serves it, which pages may ask. */
export async function startTinyHub(conduct: Conduct): Promise<HubServer> {
  const hub = await HubServer.start([tiny]);
  conduct.allow(hub.endpoint, hub.cdn);
  return hub;
}

/** Opens the page with settings of a short run of it; it is fetched when the run begins, and stays in the browser's storage. */
export async function openTiny(page: Page, hub: HubServer, generations: number, more = ''): Promise<void> {
  await page.addInitScript((endpoint) => localStorage.setItem('hub-endpoint', endpoint), hub.endpoint);
  await page.goto(`./?model=hub:${tiny.id}@main&gens=${generations}&lambda=4&calib=256&eval=256&stages=2:0:128,1:0:128${more}`);
  await expect(startButton(page)).toBeEnabled({ timeout: 30_000 });
}
