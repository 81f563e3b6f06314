import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

const ENDING = ['SIGTERM', 'SIGHUP']; // an interrupt from the terminal reaches the program by itself

/**
 * Runs a program in the repository's root with its output shown, and resolves to its exit code
 * (127 where it could not be started, 124 where it ran past `timeout` milliseconds). A signal that ends this process ends the program first.
 */
export function runCommand(program, args, { environment = {}, timeout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment } });
    let late = false;
    const timer = timeout === undefined ? undefined : setTimeout(() => {
      late = true;
      child.kill('SIGTERM');
    }, timeout);
    let ending = null;
    const relay = (signal) => {
      ending = signal;
      child.kill(signal);
    };
    for (const signal of ENDING) process.on(signal, relay);
    const finish = (code) => {
      clearTimeout(timer);
      for (const signal of ENDING) process.off(signal, relay);
      if (ending !== null) process.kill(process.pid, ending);
      resolve(late ? 124 : code);
    };
    child.on('error', () => finish(127));
    child.on('exit', (code) => finish(code ?? 1));
  });
}
