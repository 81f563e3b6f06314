/**
 * `node scripts/install.mjs`: installs the packages of package-lock.json where they are missing or differ.
 * Uses nothing but Node, so that it runs on a fresh clone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inRoot } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const OLDEST_NODE = [20, 19];

/** Whether a version such as `20.19.1` is new enough. */
export function nodeIsNewEnough(version, oldest = OLDEST_NODE) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/**
 * Whether what npm says it installed is what the lock asks for. Both are parsed lock files.
 * Optional packages may be absent (they are other platforms' binaries) but not of another version.
 */
export function matchesLock(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed.packages[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function isInstalled() {
  const record = inRoot('node_modules', '.package-lock.json'); // npm's own record of what it put there
  if (!existsSync(record)) return false;
  return matchesLock(readJson(inRoot('package-lock.json')), readJson(record));
}

/** Installs what is missing. Throws where Node is too old or npm fails. */
export async function install() {
  if (!nodeIsNewEnough(process.versions.node)) {
    throw new Error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}. Install a newer Node and run this again.`);
  }
  if (isInstalled()) return;
  console.log('Installing packages…');
  // No package needs its install script: native parts come as optional packages, and onnxruntime-node's
  // script would only download CUDA libraries.
  const code = await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    environment: { ONNXRUNTIME_NODE_INSTALL: 'skip', PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
  });
  if (code !== 0) throw new Error(`npm ci failed (exit code ${code}). Is the network reachable?`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await install().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
