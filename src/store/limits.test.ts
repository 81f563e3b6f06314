import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { limits } from '../model/config-values.ts';
import { sourceLimits } from '../sources/limits.ts';
import { storeLimits } from './limits.ts';

const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
const rows = new Map(Array.from(page.matchAll(/^\| `(\w+\.\w+)` \| ([\d,]+) \| \S.*\|$/gm), ([, name = '', value = '']) => [name, Number(value.replaceAll(',', ''))]));

describe('docs/limits.md', () => {
  test('lists every limit as it is, and no other', () => {
    const tables = { sourceLimits, limits, storeLimits };
    const all = Object.entries(tables).flatMap(([table, entries]) => Object.entries(entries).map(([name, value]) => [`${table}.${name}`, value] as const));
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(all));
  });
});
