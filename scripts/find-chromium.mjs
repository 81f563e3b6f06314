/** Finds a Chromium for the browser tests, and gets one where the machine has none. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const DOWNLOAD_LIMIT = 240_000; // milliseconds

/** The system's browsers, best first. */
function systemChromiums() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...ELSEWHERE].filter((path) => existsSync(path));
}

/** Where Playwright keeps (or would keep) its own. */
function playwrightChromium() {
  const { chromium } = createRequire(import.meta.url)('@playwright/test');
  return chromium.executablePath();
}

/** Whether it opens a page: a stub that asks for a snap, or a download without its libraries, does not. */
export function opensAPage(path) {
  return new Promise((resolve) => {
    const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--dump-dom', 'about:blank'];
    execFile(path, args, { timeout: 60_000, encoding: 'utf8' }, (error, output) => {
      resolve(error === null && output.includes('<html'));
    });
  });
}

async function firstThatWorks(paths) {
  for (const path of paths) {
    if (existsSync(path) && (await opensAPage(path))) return path;
  }
  return undefined;
}

async function downloadWithPlaywright() {
  console.log('No Chromium found. Downloading Playwright’s…');
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  await runCommand(process.execPath, [cli, 'install', 'chromium', '--no-shell'], { timeout: DOWNLOAD_LIMIT });
  return firstThatWorks([playwrightChromium()]);
}

function superuser() {
  if (process.getuid?.() === 0) return [];
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return ['sudo', '-n'];
  } catch {
    return undefined;
  }
}

async function installWithApt() {
  const prefix = superuser();
  if (prefix === undefined || !existsSync('/usr/bin/apt-get')) return undefined;
  console.log('Installing the distribution’s Chromium…');
  const apt = async (...args) => {
    const [program, ...rest] = [...prefix, 'apt-get', ...args];
    return runCommand(program, rest, { environment: { DEBIAN_FRONTEND: 'noninteractive' } });
  };
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', 'chromium');
  return firstThatWorks(systemChromiums());
}

/** Path of a Chromium that works: `CHROMIUM_PATH`, the system's, Playwright's, or one installed now. Throws where none can be had. */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (await opensAPage(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, which does not open a page. Correct it or unset it.`);
  }
  const found =
    (await firstThatWorks([...systemChromiums(), playwrightChromium()])) ??
    (await downloadWithPlaywright()) ??
    (await installWithApt());
  if (found === undefined) {
    throw new Error('The browser tests need a Chromium. Install one, or set CHROMIUM_PATH to one.');
  }
  return found;
}
