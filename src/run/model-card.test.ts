import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIds, formatOf } from '../export/formats.ts';
import { readModelCard } from '../sources/model-card.ts';
import { cardFacts, exported } from './card/card-facts.fixture.ts';
import { modelCard } from './model-card.ts';
import type { ModelCardFacts } from './model-card.ts';
import type { Quality, RunResult } from './run-result.ts';

/** The rule that the card states, written anew: whole numbers in full, others to 6 significant digits. */
const rounded = (value: number): number => (Number.isInteger(value) ? value : Number.parseFloat(value.toExponential(5)));

/** Cells of the table rows whose first cell is `name`; the Markdown between them is left as it is. */
function rows(card: string, name: string): string[][] {
  const lines = card.split('\n').filter((line) => line.startsWith(`| ${name} |`));
  return lines.map((line) => line.slice(2, -2).split(/(?<!\\) \| /).slice(1));
}

const numbers = (cells: readonly string[] | undefined): number[] => (cells ?? []).map((cell) => Number(cell.replaceAll(',', '')));

const quality: fc.Arbitrary<Quality> = fc.record({
  perplexity: fc.double({ min: 1, max: 1e12, noNaN: true }),
  kl: fc.double({ min: 0, max: 1e3, noNaN: true }),
  agreement: fc.double({ min: 0, max: 1, noNaN: true }),
});
const count = fc.nat({ max: 2 ** 40 });
const counts = fc.record({ total: count, prunable: count });

const results: fc.Arbitrary<RunResult> = fc
  .record({
    parameters: fc.record({ dense: counts, pruned: counts }),
    heldOut: fc.record({ tokens: count, dense: quality, uniform: quality, winner: quality }),
    tokens: fc.record({ forward: count, trained: count }),
    stopped: fc.boolean(),
  })
  .map((parts) => ({ version: 1, modules: [], seconds: {}, peakBytes: 1, ...parts }));

/** What could break out of its place: Markdown, tables, HTML, YAML, fences, languages, and anything else. */
const hostile = fc.oneof(
  fc.constantFrom(
    'a|b', '|', '`x`', '```\n# no', '<script>alert(1)</script>', '---\nlicense: mit', '"quoted"', "it's", '# heading', '- item', '[a](javascript:b)', '![i](http://x)',
    '&lt;b&gt;', 'a: b', '{{x}}', '@owner', 'https://evil.example', 'www.evil.example', '*&!%', '\\', '\u2028x\u2029', '\u202Eevil', 'null', '1e3', '', ' ', '$$x$$', '"""', "'; rm -rf /",
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'|`<>#-*_[]()\\\n\r"\'$&:!~ab '), maxLength: 40 }),
);

const hostileFacts: fc.Arbitrary<ModelCardFacts> = fc
  .record({ name: hostile, base: hostile, about: hostile, licence: fc.option(hostile), revision: fc.option(hostile), text: hostile, warning: hostile, path: hostile, sample: hostile })
  .map(({ name, base, about, licence, revision, text, warning, path, sample }) => ({
    ...cardFacts,
    name,
    baseModel: base,
    about: { name: about, licence, revision, card: `https://host/${about}` },
    sets: [{ use: 'evaluation', tokens: 5, text }],
    formats: [exported('gguf-f16', `${path}.gguf`, { sample: { prompt: sample, text: sample } })],
    files: [path],
    warnings: [warning],
  }));

/** The card without its fenced blocks, each of which ends where its fence comes again. */
function withoutBlocks(card: string): string {
  const kept: string[] = [];
  let fence: string | null = null;
  for (const line of card.split('\n')) {
    const run = /^(`{3,})/.exec(line)?.[1] ?? null;
    if (fence === null && run === null) kept.push(line);
    if (fence === null) fence = run;
    else if (line === fence) fence = null;
  }
  expect(fence).toBeNull();
  return kept.join('\n');
}

const headings = (card: string): string[] => withoutBlocks(card).split('\n').filter((line) => line.startsWith('#'));

describe('the numbers of a model card', () => {
  it('are those of result.json, rounded as the card says', () => {
    fc.assert(
      fc.property(results, (result) => {
        const written: unknown = JSON.parse(JSON.stringify(result));
        expect(written).toEqual(result);
        const card = modelCard({ ...cardFacts, result });
        const { heldOut, parameters } = result;
        const three = [heldOut.dense, heldOut.uniform, heldOut.winner];
        expect(numbers(rows(card, 'Perplexity')[0])).toEqual(three.map(({ perplexity }) => rounded(perplexity)));
        expect(numbers(rows(card, 'KL to the dense model, nats a predicted token')[0])).toEqual(three.map(({ kl }) => rounded(kl)));
        expect(numbers(rows(card, 'Top-token agreement, share of positions')[0])).toEqual(three.map(({ agreement }) => rounded(agreement)));
        expect(numbers(rows(card, 'All')[0])).toEqual([parameters.dense.total, parameters.pruned.total]);
        expect(numbers(rows(card, 'Prunable, in attention and MLP')[0])).toEqual([parameters.dense.prunable, parameters.pruned.prunable]);
        expect(numbers(rows(card, 'Tokens trained in all')[0])).toEqual([result.tokens.trained]);
        const measured = /Measured in float32 on ([\d,]+) tokens/.exec(card)?.[1];
        expect(numbers(measured === undefined ? [] : [measured])).toEqual([heldOut.tokens]);
      }),
    );
  });

  it('are those of the checks of each file', () => {
    const [first, second] = rows(modelCard(cardFacts), 'ONNX, fp16').concat(rows(modelCard(cardFacts), 'ONNX, q4'));
    expect(first).toEqual(['`onnx/model_fp16.onnx`', '7,618,123']);
    expect(second).toEqual(['0.0000314159', '0.00000123457', '1', '70.1235', '70.1234', '510', 'wasm']);
  });

  it('leave out what differs from run to run: times and memory', () => {
    const changed = modelCard({ ...cardFacts, result: cardFacts.result && { ...cardFacts.result, seconds: { search: 9 }, peakBytes: 9 } });
    expect(changed).toBe(modelCard(cardFacts));
  });
});

describe('a model card', () => {
  it('keeps licence and origin where the program itself reads them', () => {
    expect(readModelCard(modelCard(cardFacts))).toMatchObject({ licence: 'mit', baseModel: 'owner/tales-6m' });
    const custom = modelCard({ ...cardFacts, baseModel: 'tales-6m', about: { ...cardFacts.about, licence: 'tale-licence' } });
    expect(readModelCard(custom)).toMatchObject({ licence: 'other', licenceName: 'tale-licence', baseModel: null });
    expect(readModelCard(modelCard({ ...cardFacts, about: { ...cardFacts.about, licence: null } })).licence).toBe('unknown');
  });

  it('names its sections and the layers', () => {
    const card = modelCard(cardFacts);
    expect(headings(card)).toEqual([
      '# Model tales-6m-pruned', '## Before and after', '## Base model', '## Method', '## What was done', '## Files',
      '## How to load it', '### ONNX, fp16', '### safetensors, bf16', '### GGUF, f16', '## Shape', '## Limits',
    ]);
    expect(rows(card, '0')).toEqual([['3 × 2', '6', '3', '640']]);
    expect(rows(card, '1').at(-1)).toEqual(['2, 1, 2', '5', '3', 'no MLP']);
    expect(rows(card, '2').at(-1)).toEqual(['no attention', '0', '0', '333']);
  });

  it('says what each format is not good for, and only of formats that are there', () => {
    const paths = { onnx: 'onnx/model.onnx', safetensors: 'model.safetensors', gguf: 'model.gguf' } as const;
    const every = modelCard({ ...cardFacts, formats: formatIds.map((format) => exported(format, paths[formatOf(format).kind])) });
    for (const word of ['padded on the left', 'trust_remote_code', 'compatible, not smaller']) expect(every).toContain(word);
    const onnxOnly = modelCard({ ...cardFacts, formats: cardFacts.formats.slice(0, 1), files: ['config.json'] });
    for (const word of ['padded on the left', 'trust_remote_code', 'compatible, not smaller', 'Few bits']) expect(onnxOnly).not.toContain(word);
    expect(modelCard(cardFacts)).toContain('ONNX, q4: its perplexity on the passage is 99.5, from 70.1234');
  });

  it('of a model without a run tells of no run', () => {
    const card = modelCard({ ...cardFacts, result: null, dense: cardFacts.pruned });
    expect(headings(card)).toEqual([
      '# Model tales-6m-pruned', '## Size', '## Base model', '## Files', '## How to load it', '### ONNX, fp16', '### safetensors, bf16', '### GGUF, f16', '## Shape', '## Limits',
    ]);
    expect(card).not.toMatch(/DarwinLM, \[arXiv|held out|run\.json` asks/i);
  });

  it('keeps its form whatever names and texts hold', () => {
    const expected = headings(modelCard({ ...cardFacts, formats: [exported('gguf-f16', 'a.gguf')] })).slice(1);
    fc.assert(
      fc.property(hostileFacts, (facts) => {
        const card = modelCard(facts);
        const body = withoutBlocks(card).replace(/^---\n[^]*?\n---\n/, '');
        expect(headings(card).slice(1)).toEqual(expected);
        expect(body).not.toMatch(/(?<!\\)<(?!https:)/);
        const tables = body.split(/\n\n+/).filter((block) => block.startsWith('| '));
        expect(tables.map((block) => new Set(block.split('\n').map((line) => line.split(/(?<!\\)\|/).length)).size)).toEqual(tables.map(() => 1));
      }),
    );
  });

  it('has front matter of plain words and JSON strings only, whatever the licence and the model are called', () => {
    fc.assert(
      fc.property(hostileFacts, (facts) => {
        const [, matter] = modelCard(facts).split(/^---$/m);
        for (const line of (matter ?? '').trim().split('\n').slice(0, -1)) {
          const value = /^(?:[a-z_]+:|-)(?: (.*))?$/.exec(line)?.[1];
          if (value === undefined) expect(line).toBe('tags:');
          else if (value.startsWith('"')) expect(typeof JSON.parse(value)).toBe('string');
          else expect(value).toMatch(/^[a-z][\w./+-]*$/i);
        }
      }),
    );
  });
});
