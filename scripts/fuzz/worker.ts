import { parentPort, workerData } from 'node:worker_threads';
import { parsers } from './parsers.ts';
import { inputOf, runInput } from './run-input.ts';
import { Progress } from './progress.ts';
import type { Job } from './progress.ts';

/** Runs inputs one after the other, and tells in shared memory which, so that whoever watches sees where it hangs. */

const { name, seed, from, to, memory }: Job = workerData as Job;
const parser = parsers.find((each) => each.name === name);
if (!parser) throw new RangeError(`there is no parser ${name}`);
const progress = new Progress(memory);
for (let number = from; number < to; number++) {
  progress.begin(number);
  const input = inputOf(parser, seed, number);
  const run = await runInput(parser, input);
  progress.end(number, run);
  if (run.fault !== null) parentPort?.postMessage({ number, fault: run.fault });
}
progress.finish();
