import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Frees at once what nothing refers to any more. V8 does it when it sees fit, and until then the weights that one file was
 * compared with may stand beside those of the next: half a gigabyte for a model of 135 M parameters.
 */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => void collect() : () => undefined;
}
