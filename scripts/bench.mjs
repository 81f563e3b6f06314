/** `npm run bench -- …`: `browser` first takes the page of the built site, anything else src/cli/bench.ts. */
import { inRoot } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const [first, ...rest] = process.argv.slice(2);
const command = first === 'browser' ? [inRoot('scripts', 'bench-browser.mjs'), ...rest] : ['--import', 'tsx', inRoot('src', 'cli', 'bench.ts'), ...process.argv.slice(2)];
process.exitCode = await runCommand(process.execPath, command);
