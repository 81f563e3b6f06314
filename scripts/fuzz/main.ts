/**
 * `npm run fuzz -- [--count N] [--seed N] [--parser NAME]... [--from N]`: broken inputs for every parser of what strangers can hand to the
 * page, seeded. Each must be read or be refused with an explanation, within a second of the processor and the memory that its limits allow.
 * A worker reads them while this thread watches; an input that hangs ends its worker. Inputs that fail are saved in out/fuzz. The last line
 * is `N passed, N failed`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parsers, partsOf } from './parsers.ts';
import { inputOf } from './run-input.ts';
import type { FuzzParser } from './fuzz-parser.ts';
import { watch } from './watch.ts';
import type { Failure } from './watch.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    parser: { type: 'string', multiple: true, default: [] },
  },
});
const [count, seed, from] = [values.count, values.seed, values.from].map(Number) as [number, number, number];
const chosen = values.parser.length === 0 ? parsers : parsers.filter(({ name }) => values.parser.includes(name));
if (chosen.length === 0) throw new RangeError(`there are the parsers ${parsers.map(({ name }) => name).join(', ')}`);

/** Saves an input, so that it can be looked at; returns where. */
function save(parser: FuzzParser, number: number): string {
  const place = join('out', 'fuzz', `${parser.name}-${seed}-${number}`);
  mkdirSync(place, { recursive: true });
  const files = Object.entries(inputOf(parser, seed, number)).map(([name, content], index) => {
    const file = `${index}-${name.replaceAll(/[^\w.-]/g, '_').slice(0, 60)}`;
    writeFileSync(join(place, file), content);
    return { name, file };
  });
  writeFileSync(join(place, 'names.json'), JSON.stringify(files, null, 2));
  return place;
}

function report(parser: FuzzParser, { number, fault }: Failure): void {
  console.log(`  FAILED ${parser.name} ${number}, saved in ${save(parser, number)}: ${fault.split('\n').slice(0, 6).join('\n    ')}`);
}

const cell = (text: string | number, width: number): string => String(text).padStart(width);
console.log(`seed ${seed}${cell('inputs', 18)}${cell('read', 9)}${cell('refused', 9)}${cell('failed', 8)}${cell('slowest', 12)}${cell('largest', 12)}`);
let [passed, failed] = [0, 0];
for (const [parser, part] of partsOf(count, chosen)) {
  const { read, refused, failures, slowest, largest } = await watch(parser.name, { seed, from, to: from + part });
  console.log(`${parser.name.padEnd(17)}${cell(part, 8)}${cell(read, 9)}${cell(refused, 9)}${cell(failures.length, 8)}${cell(`${Math.round(slowest)} ms`, 12)}${cell(`${(largest / 1e6).toFixed(1)} MB`, 12)}`);
  for (const failure of failures.slice(0, 5)) report(parser, failure);
  passed += read + refused;
  failed += failures.length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
