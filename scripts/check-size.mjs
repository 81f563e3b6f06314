/**
 * `node scripts/check-size.mjs`: fails where the JavaScript that the built page fetches at once is over the limit when
 * compressed, or where it contains onnxruntime. Counted are the page's scripts, what they import statically, and the
 * workers that they start; chunks imported later and onnxruntime's own files are not. All that the first view fetches, the recorded
 * run with it, is measured in a browser (`e2e/first-load.spec.ts`, 350 KB).
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { inRoot } from './paths.mjs';

const LIMIT = 240 * 1024; // bytes, compressed
const STATIC_IMPORT = /(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{},\s]+?from\s*)?["'](\.[^"']+\.js)["']/g;
const WORKER = /new URL\(\s*(?:\/\*.*?\*\/\s*)?["'`]([^"'`]+\.js)["'`]\s*,\s*(?:""\s*\+\s*)?import\.meta\.url\s*\)/g;
const PAGE_SCRIPT = /<(?:script[^>]*\ssrc|link[^>]*rel="modulepreload"[^>]*\shref)="([^"]+)"/g;

function matches(pattern, text) {
  return [...text.matchAll(pattern)].map((match) => match[1]);
}

/** Paths of the scripts a page names, as written. */
export function pageScripts(html) {
  return matches(PAGE_SCRIPT, html);
}

/** What a script fetches as soon as it runs: its static imports and its workers, as written. */
export function eagerReferences(code) {
  return [...matches(STATIC_IMPORT, code), ...matches(WORKER, code)];
}

/** All scripts fetched at once, as a map of path to code. */
function firstLoad(folder) {
  const found = new Map();
  const waiting = pageScripts(readFileSync(join(folder, 'index.html'), 'utf8')).map((script) => join(folder, script));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path) || !existsSync(path)) continue;
    const code = readFileSync(path, 'utf8');
    found.set(path, code);
    waiting.push(...eagerReferences(code).map((reference) => join(dirname(path), reference)));
  }
  return found;
}

function checkBuild(folder) {
  const scripts = [...firstLoad(folder)];
  if (scripts.length === 0) throw new Error('The built page names no script.');
  const sizes = scripts.map(([path, code]) => ({ path, bytes: gzipSync(code, { level: 9 }).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of sizes) console.log(`${(bytes / 1024).toFixed(1).padStart(8)} KB  ${path.slice(folder.length + 1)}`);
  console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  compressed JavaScript on first load (limit ${LIMIT / 1024} KB)`);
  const withRuntime = scripts.filter(([, code]) => code.includes('ort-wasm-simd-threaded')).map(([path]) => path);
  for (const path of withRuntime) console.error(`${path} contains onnxruntime, which must be loaded later.`);
  return total <= LIMIT && withRuntime.length === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exit(checkBuild(inRoot('dist')) ? 0 : 1);
}
