import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { runCommand } from './run-command.mjs';

const quietly = (program, timeout) => runCommand(process.execPath, ['-e', program], { timeout });

test('gives the exit code', async () => {
  assert.equal(await quietly('process.exit(3)'), 3);
  assert.equal(await runCommand('no-such-program', []), 127);
  assert.equal(await quietly('setTimeout(() => {}, 60_000)', 100), 124);
});

/** Whether a process is there. */
function lives(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

for (const signal of ['SIGTERM', 'SIGHUP']) {
  test(`a ${signal} ends the program first, and then this process`, { skip: process.platform === 'win32', timeout: 20_000 }, async () => {
    const inner = 'console.log(process.pid); setTimeout(() => {}, 60_000)';
    const outer = `import { runCommand } from ${JSON.stringify(new URL('run-command.mjs', import.meta.url).href)};
      process.exitCode = await runCommand(process.execPath, ['-e', ${JSON.stringify(inner)}]);`;
    const runner = spawn(process.execPath, ['--input-type=module', '-e', outer], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(runner.stdout, 'data');
    const pid = Number(line);
    assert.equal(lives(pid), true);
    runner.kill(signal);
    const [, by] = await once(runner, 'exit');
    for (let tries = 0; tries < 50 && lives(pid); tries++) await setTimeout(100);
    const left = lives(pid);
    if (left) process.kill(pid);
    assert.equal(left, false);
    assert.equal(by, signal);
  });
}
