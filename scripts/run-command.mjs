import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/**
 * Runs a program in the repository's root with its output shown, and resolves to its exit code
 * (127 where it could not be started, 124 where it ran past `timeout` milliseconds).
 */
export function runCommand(program, args, { environment = {}, timeout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment } });
    let late = false;
    const timer = timeout === undefined ? undefined : setTimeout(() => {
      late = true;
      child.kill('SIGTERM');
    }, timeout);
    const finish = (code) => {
      clearTimeout(timer);
      resolve(late ? 124 : code);
    };
    child.on('error', () => finish(127));
    child.on('exit', (code) => finish(code ?? 1));
  });
}
