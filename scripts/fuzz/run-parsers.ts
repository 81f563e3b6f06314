import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Random } from '../../src/base/random.ts';
import { parseRunConfig, parseSearchChanges } from '../../src/run/parse-config.ts';
import type { RunEvent } from '../../src/run/run-events.ts';
import { mutateBytes, mutateJson, pick } from '../../src/sources/fuzz.fixture.ts';
import { toldIgnored } from '../../src/store/address.ts';
import { readDisplay } from '../../src/store/address-display.ts';
import { readSampling } from '../../src/store/address-sampling.ts';
import { readSettings, writeSettings } from '../../src/store/address-settings.ts';
import { choiceFromAddress } from '../../src/store/bench/bench-choice.ts';
import { parseEndpoint, takesToken } from '../../src/store/hub-settings.ts';
import { initialRunState } from '../../src/store/initial-run-state.ts';
import { storeLimits } from '../../src/store/limits.ts';
import { readPresets, withOwnPreset } from '../../src/store/own-presets.ts';
import { parseEvents } from '../../src/store/parse-events.ts';
import { readPinned } from '../../src/store/pinned-candidates.ts';
import { Playback } from '../../src/store/playback.ts';
import { parseRecordings } from '../../src/store/recordings.ts';
import { reduceRun } from '../../src/store/reduce-run.ts';
import { eventsToExport } from '../../src/store/run.fixture.ts';
import { unpackPieces } from '../../src/store/runs/pack-events.ts';
import { readPins } from '../../src/store/runs/pins.ts';
import { beginRecord, recordEvent } from '../../src/store/runs/record-event.ts';
import { readStoredRun } from '../../src/store/runs/stored-run-schema.ts';
import { isZip, readZipEntry } from '../../src/store/runs/zip-entry.ts';
import { presetConfig } from '../../src/store/settings-store.ts';
import { readPlace, unreadPlaces } from '../../src/store/view-store.ts';
import { bytesOf, must, textOf } from './fuzz-parser.ts';
import type { FuzzParser, Outcome } from './fuzz-parser.ts';
import { mutateText, several, someBytes, someJson } from './mutate-text.ts';

/** Runs: links, settings, logs, archives, and what the browser's storage holds of them. */

const standard = presetConfig('standard');
const changed = parseRunConfig({
  ...standard,
  model: 'hub:owner/name@main',
  texts: { training: 'url:https://host/a.jsonl#text', heldOut: 'tales-heldout' },
  target: { speedup: 1.5, measure: 'decode' },
  seed: 7,
  search: { ...standard.search, stages: [{ survivors: 4, fitnessTokens: 64, trainingTokens: 0 }, { survivors: 1, fitnessTokens: 128, trainingTokens: 32 }], earlyStop: { confidence: 0.9 } },
});
const display = ['view=runs', 'cand=47.02', 'pins=abc,def', 'theme=dark', 'prompt=Once', 'x=flops', 'gen=12', 'temp=0.7', 'chat=on', 'sseed=3', 'groups=rates,prefill', 'sizes=1m', 'backend=webgpu'] as const;

const address: FuzzParser = {
  name: 'address',
  share: 10,
  make: (random) => {
    const settings = Object.entries(writeSettings(changed, 'standard')).flatMap(([name, value]) => (value === null ? [] : [`${name}=${encodeURIComponent(value)}`]));
    const parts = [...settings.filter(() => random.below(3) === 0), ...several(random, display, 4)];
    return { query: `?${mutateText(random, parts.join('&'), ['&', '=', 'stages=', '1:2:3,'.repeat(500), 'a&'.repeat(300), 'model=url:', '%', 'mlp='])}` };
  },
  parse: async (input) => {
    const query = textOf(input['query']);
    const parameters = new URLSearchParams(query);
    const { config, ignored } = readSettings(parameters);
    must(JSON.stringify(parseRunConfig(config)) === JSON.stringify(config), 'settings that were read are none');
    const told = toldIgnored([...ignored, ...readDisplay(parameters).ignored, ...readSampling(parameters).ignored, ...unreadPlaces(parameters), ...parameters.keys()]);
    must(told.length <= storeLimits.ignoredTold + 1 && told.every(({ length }) => length <= storeLimits.ignoredPart + 1), 'what is told has no bound');
    readPlace(parameters);
    must((readPins(parameters.get('pins'))?.length ?? 0) <= 4, 'there are too many pins');
    choiceFromAddress(query);
    return ignored.length === 0 ? 'read' : 'refused';
  },
};

const runConfig: FuzzParser = {
  name: 'run-config',
  share: 6,
  make: (random) => ({ 'run.json': someJson(random, pick(random, [standard, changed] as const)), 'changes.json': random.below(3) > 0 ? '{}' : someJson(random, { generations: 3, stages: changed.search.stages, maxFlips: 2 }) }),
  parse: async (input) => {
    const config = parseRunConfig(json(input['run.json']));
    must(JSON.stringify(parseRunConfig(JSON.parse(JSON.stringify(config)))) === JSON.stringify(config), 'settings do not stand for themselves');
    parseSearchChanges(json(input['changes.json']));
    return 'read';
  },
};

/** JSON, or what no schema takes where it is none. */
function json(content: string | Uint8Array | undefined): unknown {
  try {
    return JSON.parse(textOf(content));
  } catch {
    return undefined;
  }
}

const lines = eventsToExport.map((event) => JSON.stringify(event));

const resumed = (events: number): string => JSON.stringify({ type: 'run-resumed', events, why: 'returned', resumedAt: '2026-01-01T01:00:00.000Z', at: 50 });

/** The log of a run with faults in some of its lines, in their order, or in its bytes. */
function log(random: Random): string {
  const result = [...lines];
  for (let count = random.below(3); count > 0 && result.length > 0; count--) {
    const at = random.below(result.length);
    const kind = random.below(5);
    if (kind === 0) result.splice(at, 1);
    else if (kind === 1) result.splice(at, 0, pick(random, ['', '{}', '{"type":"of-the-future"}', 'null', result[at] ?? '', lines[0] ?? '', resumed(random.below(at + 2))] as const));
    else if (kind === 2) result.length = at;
    else result[at] = mutateJson(random, result[at] ?? '');
  }
  return random.below(8) === 0 ? mutateText(random, result.join('\n'), ['\n'.repeat(300)]) : result.join('\n');
}

/** All that the page does with a log: plays it, and lists it. */
function use(events: readonly RunEvent[]): Outcome {
  const state = reduceRun(initialRunState, events);
  must(JSON.stringify(new Playback({ title: 'A', events }).store.getState().run) === JSON.stringify(state), 'playing a log gives something else');
  const [first] = events;
  if (first?.type !== 'run-started') throw new TypeError('a log begins with another event');
  const record = events.reduce(recordEvent, beginRecord(first));
  must(record.curve.fitness.length === record.curve.at.length, 'the columns of a record differ');
  return 'read';
}

const events: FuzzParser = {
  name: 'events',
  share: 10,
  make: (random) => {
    const text = log(random);
    if (random.below(3) > 0) return { 'events.jsonl': text };
    const packed = gzipSync(text, { level: 1 });
    return { 'events.jsonl.gz': random.below(2) === 0 ? packed : mutateBytes(random, packed) };
  },
  parse: async (input) => {
    const [content] = Object.values(input);
    return use(await parseEvents(new Blob([bytesOf(content)])));
  },
};

const zip: FuzzParser = {
  name: 'zip',
  share: 6,
  make: (random) => {
    const files = { 'model/config.json': bytesOf('{}'), [pick(random, ['events.jsonl', 'model/events.jsonl', '../events.jsonl', 'x'] as const)]: bytesOf(random.below(3) === 0 ? log(random) : lines.join('\n')) };
    const packed = zipSync(files, { level: pick(random, [0, 1] as const) });
    const archive = Array.from(random.below(2) === 0 ? packed : someBytes(random, packed));
    // The directory stands at the end: lengths and places that lie are there.
    for (let count = random.below(2); count > 0; count--) archive[archive.length - 1 - random.below(Math.min(archive.length, 150))] = pick(random, [0, 1, 8, 0x7f, 0xff] as const);
    return { 'model.zip': Uint8Array.from(archive) };
  },
  parse: async (input) => {
    const file = new Blob([bytesOf(input['model.zip'])]);
    return use(await parseEvents((await isZip(file)) ? await readZipEntry(file, 'events.jsonl') : file));
  },
};

const firstEvent = eventsToExport[0];
if (firstEvent?.type !== 'run-started') throw new TypeError('the log of the fixture begins with another event');
const stored = { ...eventsToExport.reduce(recordEvent, beginRecord(firstEvent)), id: 'abc', number: 1, name: 'A', origin: null, imported: false, bytes: 10, deletedAt: null };
const preset = { name: 'mine', settings: Object.fromEntries(Object.entries(standard).filter(([key]) => ['target', 'levels', 'granularity', 'calibrationTokens', 'databasePrecision', 'trainEmbeddings', 'batchTokens', 'search', 'postTraining', 'evaluation'].includes(key))) };

const storedRun: FuzzParser = {
  name: 'stored-run',
  share: 5,
  make: (random) => ({ 'run.json': someJson(random, stored), piece: random.below(2) === 0 ? lines.join('\n') : mutateBytes(random, gzipSync(lines.slice(0, 5).join('\n'))) }),
  parse: async (input) => {
    await new Response(unpackPieces([bytesOf(input['piece'])])).text();
    return readStoredRun(json(input['run.json'])) ? 'read' : 'refused';
  },
};

const browserStorage: FuzzParser = {
  name: 'browser-storage',
  share: 5,
  make: (random) => ({
    presets: someJson(random, [preset, { ...preset, name: 'other' }]),
    pinned: someJson(random, { '2026-01-01T00:00:00.000Z': ['47.02', '1.01'] }),
    endpoint: mutateText(random, 'https://huggingface.co/mirror', ['http://', 'javascript:', 'user:pass@', '?q', '#h']),
  }),
  parse: async (input) => {
    const { presets, unread } = readPresets(textOf(input['presets']));
    for (const each of presets) withOwnPreset(standard, each);
    readPinned(textOf(input['pinned']));
    const endpoint = parseEndpoint(textOf(input['endpoint']));
    must(endpoint === null || (/^https?:\/\/[^/?#@]+/.test(endpoint) && !/[?#]/.test(endpoint)), 'an address is none');
    if (endpoint !== null) takesToken(endpoint);
    return unread.length > 0 ? 'refused' : 'read';
  },
};

const recording = { version: 1, recordings: [{ id: 'a', file: 'a.jsonl.gz', title: 'A', model: 'tales-6m', startedAt: '2026-01-01T00:00:00.000Z', device: 'a laptop', generations: 3, seconds: 60, events: 100, bytes: 1000 }] };

const recordings: FuzzParser = {
  name: 'recordings',
  share: 2,
  make: (random) => ({ 'index.json': someJson(random, recording) }),
  parse: async (input) => {
    for (const { file } of parseRecordings(json(input['index.json']))) must(/^[\w.-]+$/.test(file), 'a file has no plain name');
    return 'read';
  },
};

export const runParsers: readonly FuzzParser[] = [address, runConfig, events, zip, storedRun, browserStorage, recordings];
