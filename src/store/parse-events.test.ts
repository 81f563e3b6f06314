import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../run/run-events.ts';
import { initialRunState } from './initial-run-state.ts';
import type { ParsedEvent } from './event-schema.ts';
import { createEventReader, parseEvents, WrongEventsError } from './parse-events.ts';
import { Playback } from './playback.ts';
import { reduceRun } from './reduce-run.ts';
import { eventsToExport } from './run.fixture.ts';

const linesOf = (events: readonly unknown[]): string[] => events.map((event) => JSON.stringify(event));
const textOf = (events: readonly unknown[]): string => linesOf(events).map((line) => `${line}\n`).join('');
const asRead = (events: readonly RunEvent[]): unknown => JSON.parse(JSON.stringify(events));
const fault = async (input: Parameters<typeof parseEvents>[0]): Promise<WrongEventsError> => {
  const error: unknown = await parseEvents(input).catch((thrown: unknown) => thrown);
  if (!(error instanceof WrongEventsError)) throw new Error(`no fault was found, but ${String(error)}`);
  return error;
};
/** The run with one line changed, and the number of that line. */
const changed = (type: RunEvent['type'], change: object): { readonly text: string; readonly line: number } => {
  const index = eventsToExport.findIndex((event) => event.type === type);
  return { text: textOf(eventsToExport.map((event, place) => (place === index ? { ...event, ...change } : event))), line: index + 1 };
};

/** All keys present, at any depth: an optional key that the schema lacks would be dropped without a word. */
type Whole<T> = T extends (...parameters: never) => unknown ? T : T extends object ? { readonly [Key in keyof T]-?: Whole<T[Key]> } : T;

it('the schema leaves out no key of an event, optional ones included', () => {
  const same: Whole<ParsedEvent> extends Whole<RunEvent> ? true : never = true;
  expect(same).toBe(true);
});

describe('parseEvents', () => {
  it('reads what the program writes: text, file, stream, compressed or not', async () => {
    const text = textOf(eventsToExport);
    const packed = new Uint8Array(gzipSync(text));
    const inputs = [text, text.trimEnd(), new Blob([text]), new Blob([packed]), new Blob([packed]).stream()];
    for (const input of inputs) expect(await parseEvents(input)).toEqual(asRead(eventsToExport));
  });

  it('reads a stream that comes byte by byte', async () => {
    const bytes = gzipSync(textOf(eventsToExport));
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await parseEvents(stream)).toEqual(asRead(eventsToExport));
  });

  it('leaves out events that it does not know, empty lines and a last line that was cut off', async () => {
    const [first = '', ...rest] = linesOf(eventsToExport);
    const read = await parseEvents([first, '', '{"type":"of-the-future","at":1}', ...rest, '{"type":"gener'].join('\n'));
    expect(read).toEqual(asRead(eventsToExport));
  });

  it('takes what JSON cannot write for what it was', async () => {
    const { text } = changed('candidate-training', { loss: Number.NaN });
    expect((await parseEvents(text)).find((event) => event.type === 'candidate-training')).toMatchObject({ loss: Number.NaN });
  });

  it('reads candidates that failed, ties, and what older versions told in their place', async () => {
    const of = { generation: 1, stage: 0, id: '1.01', at: 99 };
    const told = [
      { type: 'candidate-failed', ...of, reason: 'loss-not-finite', fitness: null, losses: [3, null] },
      { type: 'candidate-failed', ...of, reason: 'diverged', fitness: 40, losses: [3, 60] },
      { type: 'candidate-failed', ...of, reason: 'fitness-not-finite', fitness: null },
      { type: 'stage-finished', generation: 1, stage: 0, survivors: ['1.01'], eliminated: ['1.02', '0.00'], tied: ['1.02'], at: 99 },
      { type: 'not-a-number', ...of },
    ];
    expect(await parseEvents(textOf([...eventsToExport, ...told]))).toEqual([...(asRead(eventsToExport) as unknown[]), ...told]);
    expect((await fault(textOf([...eventsToExport, { ...told[0], reason: 'tired' }]))).explanation.what).toContain('candidate-failed, reason');
  });

  it('names the line that is wrong, and what is wrong with it', async () => {
    const wrong = [
      [changed('candidate-measured', { fitness: 'low' }), 'candidate-measured, fitness'],
      [changed('module-pruned', { module: 1e9 }), 'module-pruned, module'],
      [changed('model-loaded', { model: null }), 'model-loaded, model'],
      [changed('stage-finished', { survivors: ['<b>'] }), 'stage-finished, survivors.0'],
      [changed('run-started', { version: 2 }), 'run-started, version'],
      [changed('generation-finished', { generation: 7 }), 'generation 7 follows generation 0'],
      [changed('generation-started', { parent: { id: '0.00', genome: [1, 1], size: 1 } }), 'does not fit the level database'],
      [changed('search-finished', { winner: { id: '1.02', genome: [9, 0, 0, 0], size: 1 } }), 'does not fit the level database'],
      [changed('generation-started', { offspring: [{ id: '1.01', genome: [1, 1, 1, 1], size: 1, changed: [4] }] }), 'not in the level database'],
      [changed('generation-started', { offspring: [{ id: '1.01', genome: [1, 1, 1, 1], size: 1, changed: [0, 0, 0, 0, 0] }] }), 'not in the level database'],
      [changed('generation-finished', { generation: 100_001 }), 'generation-finished, generation'],
    ] as const;
    for (const [{ text, line }, words] of wrong) {
      const error = await fault(text);
      expect(error.line).toBe(line);
      expect(error.explanation.what).toContain(`Line ${line} `);
      expect(error.explanation.what).toContain(words);
    }
  });

  it('holds the result to the database', async () => {
    const quality = { perplexity: 2, kl: 1, agreement: 0.5 };
    const counts = { total: 1, prunable: 1 };
    const module = (level: number) => ({ layer: 0, kind: 'mlp', level, nominalLevel: level, heads: [], kvHeads: [], channels: 1 });
    const finished = (levels: readonly number[]): unknown => ({
      type: 'run-finished',
      at: 1000,
      result: {
        version: 1, modules: levels.map(module), parameters: { dense: counts, pruned: counts }, heldOut: { tokens: 1, dense: quality, uniform: quality, winner: quality },
        seconds: {}, tokens: { forward: 1, trained: 1 }, peakBytes: 1, stopped: false,
      },
    });
    for (const levels of [[0, 1, 2, 1], []]) await expect(parseEvents(textOf([...eventsToExport, finished(levels)]))).resolves.toHaveLength(eventsToExport.length + 1);
    for (const levels of [[0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 1, 0]]) expect((await fault(textOf([...eventsToExport, finished(levels)]))).explanation.what).toContain('result does not fit');
  });

  it('reads no more lines than any run has, blank ones included', () => {
    const read = createEventReader();
    for (let line = 0; line < 2_000_000; line++) read('');
    expect(() => read('')).toThrow('more than 2000000 lines');
  });

  it('refuses a log that takes back what later events rest on', async () => {
    const searched = eventsToExport.findIndex(({ type }) => type === 'search-started');
    const resumed = (events: number): unknown => ({ type: 'run-resumed', events, why: 'returned', resumedAt: '2026-01-01T01:00:00.000Z', at: 50 });
    const again = (events: number) => textOf([...eventsToExport.slice(0, searched + 1), resumed(events), ...eventsToExport.slice(searched + 1)]);
    expect(await parseEvents(again(searched + 1))).toHaveLength(eventsToExport.length + 1);
    expect((await fault(again(1))).explanation.what).toContain('after what was taken back, a');
  });

  it('refuses an address that is no link', async () => {
    const loaded = eventsToExport.find((event) => event.type === 'model-loaded');
    const { text } = changed('model-loaded', { model: { ...loaded?.model, about: { name: 'a', licence: null, revision: null, card: 'javascript:alert(1)' } } });
    expect((await fault(text)).explanation.what).toContain('about.card');
  });

  it('explains what is no such file at all', async () => {
    expect((await fault('')).explanation.what).toContain('empty');
    expect((await fault('{"type":"memory","tensors":1,"bytes":1,"peakBytes":1,"at":0}\n')).explanation.what).toContain('run-started');
    expect((await fault('PK\u0003\u0004')).line).toBe(1);
    expect((await fault(new Blob([Uint8Array.of(0xff, 0xfe, 0x00)]))).explanation.what).toContain('UTF-8');
    expect((await fault(`${'['.repeat(100_000)}\n`)).explanation.what).toContain('nested deeper');
    expect((await fault('x'.repeat(5 << 20))).explanation.what).toContain('longer than');
  });

  it('explains a compressed file that is damaged, and one that unpacks without end', async () => {
    const packed = new Uint8Array(gzipSync(textOf(eventsToExport)));
    expect((await fault(new Blob([packed.slice(0, packed.length >> 1)]))).explanation.what).toContain('damaged');
    expect((await fault(new Blob([new Uint8Array(gzipSync(Buffer.alloc(64 << 20, ' ')))]))).explanation.what).toContain('longer than');
  });

  it('gives, of files with any values changed, a fault or events that can be played', async () => {
    const paths = [...Array(eventsToExport.length).keys()];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.jsonValue({ maxDepth: 2 }), async (index, key, value) => {
        const broken = eventsToExport.map((event, place) => {
          if (place !== index) return event;
          const keys = Object.keys(event);
          return { ...event, [keys[key % keys.length] ?? 'type']: value };
        });
        const read = await parseEvents(textOf(broken)).catch((error: unknown) => error);
        if (!Array.isArray(read)) expect(read).toBeInstanceOf(WrongEventsError);
        else expect(new Playback({ title: 'A', events: read as RunEvent[] }).store.getState().run).toEqual(reduceRun(initialRunState, read as RunEvent[]));
      }),
      { numRuns: 300 },
    );
  });
});
