/**
 * `npm run headless -- …`: starts src/cli/headless.ts, with every larger array in memory of its own. Left to itself, glibc's malloc keeps
 * what arrays of weights gave back: for a model of 135 M parameters half a gigabyte of resident memory that nothing uses. Other
 * systems pass the variable over.
 */
import { inRoot } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const SYSTEM_MEMORY_FROM = 131_072; // bytes; glibc's own default, which it raises as arrays go unless it is stated

const command = ['--import', 'tsx', inRoot('src', 'cli', 'headless.ts'), ...process.argv.slice(2)];
process.exitCode = await runCommand(process.execPath, command, { environment: { MALLOC_MMAP_THRESHOLD_: String(SYSTEM_MEMORY_FROM) } });
