import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { HubServer } from '../src/sources/hub-server.fixture.ts';
import { openModels, runThrough, useHub } from './support/choose-model.ts';
import { download, showResults } from './support/follow-run.ts';
import { keptTexts } from './support/kept-texts.ts';
import { openPage } from './support/open-page.ts';
import { expect, test, type Page } from './support/test.ts';

const minute = 60_000;
const shortRun = './?gens=1&lambda=3&calib=1024&eval=512&stages=1:0:128&backend=wasm';
const elsewhere = 'http://127.0.0.1:9/'; // a port on which nothing answers
const tiny = { id: 'darwin/tiny', folder: fileURLToPath(new URL('../fixtures/models/tiny-bytes', import.meta.url)), gated: true };

const policyOf = (page: Page): Promise<string | null> => page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');

for (const address of ['./', './bench.html']) {
  test(`a strict policy stands in the page, before all else: ${address}`, async ({ page, request }) => {
    await page.goto(address);
    const policy = (await policyOf(page))?.split('; ') ?? [];
    for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", 'trusted-types same-origin']) expect(policy).toContain(part);
    const html = await (await request.get(address)).text();
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.search(/<(?:script|link|style)\b/));
    expect(html.search(/<meta charset/)).toBeLessThan(1000); // browsers look for it no further
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    for (const file of [address, './sw.js', ...(/src="(\.\/assets[^"]+\.js)"/.exec(html)?.slice(1) ?? [])]) {
      const sent = (await request.get(file)).headers();
      expect(sent['content-security-policy'], file).toContain("frame-ancestors 'none'");
      expect(sent, file).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    }
  });
}

/** What a page must not do, and what is heard of it. */
const misdeeds: readonly (readonly [name: string, heard: RegExp, act: () => unknown])[] = [
  ['a script in the page', /TrustedScript/, () => void (document.body.appendChild(document.createElement('script')).textContent = 'var evil = 1')],
  ['a listener in an attribute', /TrustedScript/, () => document.body.setAttribute('onclick', 'evil()')],
  ['HTML from text', /TrustedHTML/, () => void (document.createElement('p').innerHTML = '<b>x</b>')],
  ['a style in the page', /style-src/, () => void (document.head.appendChild(document.createElement('style')).textContent = 'p { color: red }')],
  ['text as code', /TrustedScript/, () => setTimeout('var evil = 1')],
  ['a worker by its name', /TrustedScriptURL/, () => new Worker('./sw.js')],
  ['a worker that is written here', /TrustedScriptURL/, () => new Worker(URL.createObjectURL(new Blob([''])))],
  ['a picture from elsewhere', /img-src/, () => void (new Image().src = 'http://127.0.0.1:9/x.png')],
  ['a question to elsewhere', /connect-src/, () => fetch('http://127.0.0.1:9/').catch(() => undefined)],
  ['a frame', /frame-src|default-src/, () => void (document.body.appendChild(document.createElement('iframe')).src = 'http://127.0.0.1:9/')],
];

test('what breaks the policy is stopped, and heard by every test', async ({ page, conduct }) => {
  await openPage(page);
  for (const [name, heard, act] of misdeeds) {
    const told: string[] = [];
    await page.evaluate(act).catch(() => undefined); // Trusted Types throw
    await expect.poll(() => (told.push(...conduct.take()), told.join('\n')), name).toMatch(heard);
  }
  expect(await page.evaluate(() => 'evil' in globalThis)).toBe(false);
  await page.close();
  conduct.take(); // a frame is complained of more than once
});

test('so is what the engine’s worker does, and whom it asks', async ({ page, conduct }) => {
  await openPage(page);
  const worker = page.workers()[0] ?? (await page.waitForEvent('worker'));
  await worker.evaluate(() => void setTimeout('var evil = 1'));
  const told: string[] = [];
  await expect.poll(() => (told.push(...conduct.take()), told.join('\n'))).toMatch(/script-src/);
  await worker.evaluate((address) => fetch(address).catch(() => undefined), elsewhere);
  await expect.poll(() => conduct.take()).toEqual([`a request to ${elsewhere}`]);
});

test.fail('a test fails whose page broke the policy', async ({ page }) => {
  await openPage(page);
  await page.evaluate(() => void (document.head.appendChild(document.createElement('style')).textContent = 'p { color: red }'));
});

test('an altered program of onnxruntime is refused, and says so', async ({ page, context }) => {
  const program = Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]); // an empty one, and a valid one
  await context.route('**/ort/*.wasm', (route) => route.fulfill({ body: program, contentType: 'application/wasm' }));
  await page.goto(shortRun);
  await expect(page.getByText(/is not the one that this site was built with/).first()).toBeVisible();
  await context.unroute('**/ort/*.wasm');
  await openPage(page, shortRun);
});

test('a token for the Hub is in its requests to the Hub and nowhere else', async ({ page, conduct }) => {
  test.setTimeout(3 * minute);
  await using hub = await HubServer.start([tiny], { lfsFrom: 1000 });
  conduct.allow(hub.endpoint, hub.cdn);
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`exception: ${error.stack}`));
  page.on('request', (request) => {
    const { authorization, ...headers } = request.headers();
    heard.push(`request: ${request.url()} ${JSON.stringify(headers)} ${request.postData() ?? ''}`);
    if (authorization !== undefined) heard.push(`to ${new URL(request.url()).origin}: ${authorization.replace(hub.token, 'the token')}`);
  });
  await openPage(page, shortRun);
  const sheet = await openModels(page);
  await useHub(sheet, hub.endpoint, tiny.id);
  const token = sheet.getByLabel('Token', { exact: true });
  await expect(token).toHaveAttribute('type', 'password');
  await token.fill(hub.token);
  await sheet.getByRole('button', { name: 'Use', exact: true }).click();
  await sheet.getByRole('button', { name: /^Download/ }).click();
  await sheet.getByRole('button', { name: 'Use this model' }).click();
  await runThrough(page, minute);
  await showResults(page);
  for (const button of [/save events\.jsonl/i, /save run\.json/i]) heard.push(await readFile((await download(page, button, minute)).path, 'utf8'));

  // Errors of the Hub, of its files' server and of the line.
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Search/ }).click();
  await openModels(page);
  for (const [code, id] of [[403, 'darwin/other'], [500, 'darwin/third']] as const) {
    hub.faults.status = { code, times: 9 };
    await sheet.getByLabel('Another model').fill(id);
    await sheet.getByRole('region', { name: 'Hugging Face' }).getByRole('button', { name: 'Look' }).click();
    await expect(sheet.getByRole('alert').first()).toBeVisible();
    heard.push(await page.content());
  }

  expect(hub.requests.filter(({ server, authorization }) => server === 'hub' && authorization === `Bearer ${hub.token}`).length).toBeGreaterThan(2);
  expect(hub.requests.some(({ server }) => server === 'cdn')).toBe(true);
  expect(hub.requests.filter(({ server, authorization }) => server === 'cdn' && authorization !== null)).toEqual([]);
  const kept = await keptTexts(page);
  expect(Object.keys(kept).join(' ')).toMatch(/files\/.*database\//); // there is something to search in
  expect(Object.entries(kept).filter(([, text]) => text.includes(hub.token)).map(([place]) => place)).toEqual([]);
  expect([...heard, page.url(), await page.content()].filter((text) => text.includes(hub.token))).toEqual([]);
});
