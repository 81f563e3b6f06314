import { DeviceLostError } from './runtime-errors.ts';
import type { Runtime } from './runtime.ts';

/** Methods in which a device can turn out to be lost. */
const losing: ReadonlySet<string | symbol> = new Set(['run', 'read', 'adamw', 'scatterAddRows', 'settle', 'createProgram']);

/** A runtime over a real one whose device is lost after so many calls; from then on each call says so, as of a real one. */
export function losingRuntime(runtime: Runtime, calls: number): Runtime {
  let left = calls;
  return new Proxy(runtime, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (losing.has(name) && --left < 0) return Promise.reject(new DeviceLostError('unknown', 'it was taken away'));
        return Reflect.apply(value, target, given);
      };
    },
  });
}
