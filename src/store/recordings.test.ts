import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseEvents } from './parse-events.ts';
import { Playback } from './playback.ts';
import { parseRecordings, RecordingError } from './recordings.ts';

const folder = new URL('../../public/recordings/', import.meta.url);
const index: unknown = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));

it('the recording that comes with the page is what its description says', async () => {
  const [entry] = parseRecordings(index);
  if (!entry) throw new Error('there is no recording');
  const file = readFileSync(new URL(entry.file, folder));
  const events = await parseEvents(new Blob([file]));
  const { run, generations } = new Playback({ title: entry.title, events }).store.getState();
  expect({ bytes: file.length, events: events.length, generations, startedAt: run.startedAt, model: run.config?.model }).toEqual({
    bytes: entry.bytes,
    events: entry.events,
    generations: entry.generations,
    startedAt: entry.startedAt,
    model: entry.model,
  });
  expect(entry.bytes).toBeLessThan(400_000);
  expect(entry.device).toContain(run.device?.label);
  expect(run.result).not.toBeNull();
});

it('a description that is wrong is refused', () => {
  expect(() => parseRecordings({ version: 1, recordings: [] })).toThrow(RecordingError);
  expect(() => parseRecordings({ version: 1, recordings: [{ file: '../secret' }] })).toThrow(RecordingError);
});
