import { modelParsers } from './model-parsers.ts';
import { remoteParsers } from './remote-parsers.ts';
import { runParsers } from './run-parsers.ts';
import { textParsers } from './text-parsers.ts';
import { tokenizerParsers } from './tokenizer-parsers.ts';
import type { FuzzParser } from './fuzz-parser.ts';

/** Every parser of what strangers can hand to the page. */
export const parsers: readonly FuzzParser[] = [...modelParsers, ...tokenizerParsers, ...remoteParsers, ...textParsers, ...runParsers];

/** How many of `count` inputs each of some parsers gets, by their shares; at least one. */
export function partsOf(count: number, chosen: readonly FuzzParser[]): ReadonlyMap<FuzzParser, number> {
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  let given = 0;
  let reached = 0;
  return new Map(chosen.map((parser) => {
    reached += parser.share;
    const part = Math.max(1, Math.round((count * reached) / shares) - given);
    given += part;
    return [parser, part];
  }));
}
