/**
 * `node scripts/check-clean.mjs`: fails where a file of the repository names a path of a developer's machine or a
 * package registry, or where the lock says whence a package came. Either would tie a clone to the machine it was made on.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inRoot } from './paths.mjs';

// Written so that this file does not match itself.
const FORBIDDEN = [
  { pattern: new RegExp(['', 'work', ''].join('/')), what: 'a path of one machine' },
  { pattern: new RegExp(['', '(?:home|Users)', '[a-z0-9_.-]+', ''].join('/'), 'i'), what: 'a home folder' },
  { pattern: /registry[.][a-z-]+[.](?:org|com|io|net)|[/]artifactory[/]|npm[.]pkg[.]/i, what: 'a package registry' },
];
const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'out', 'test-results', 'playwright-report', '.vite', '.cache']);
const TEXT = /\.(?:[cm]?[jt]sx?|json|md|html|css|svg|ya?ml|txt|sh)$|(?:^|\/)(?:\.npmrc|\.gitignore|LICENSE|run)$/;

/** What is wrong with one file's text: a list of complaints, each with its line. */
export function complaints(path, text) {
  return text.split('\n').flatMap((line, index) =>
    FORBIDDEN.filter(({ pattern }) => pattern.test(line)).map(({ what }) => `${path}:${index + 1}: names ${what}`),
  );
}

/** Packages of a parsed lock that say from where they were fetched. */
export function resolvedPackages(lock) {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined)
    .map(([path]) => `package-lock.json: ${path} has "resolved"; install with the repository's .npmrc`);
}

/** Text files of the repository, without what is installed or built. */
function repositoryFiles(folder = '') {
  return readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : repositoryFiles(path);
    return entry.isFile() && TEXT.test(path) ? [path] : [];
  });
}

/** Every complaint about the repository. */
function checkRepository() {
  const lock = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'));
  const found = repositoryFiles().flatMap((path) => complaints(path, readFileSync(inRoot(path), 'utf8')));
  return [...found, ...resolvedPackages(lock)];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = checkRepository();
  for (const complaint of found) console.error(complaint);
  process.exit(found.length === 0 ? 0 : 1);
}
