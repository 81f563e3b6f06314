import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import { parseEvents } from './parse-events.ts';
import { timelineOf } from './playback-timeline.ts';
import type { Recording } from './playback.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const entrySchema = v.object({
  id: v.string(),
  file: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  title: v.string(),
  model: v.string(),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** Where it ran, in words. */
  device: v.string(),
  generations: count,
  seconds: count,
  events: count,
  bytes: count,
});
const indexSchema = v.object({ version: v.literal(1), recordings: v.pipe(v.array(entrySchema), v.minLength(1)) });

/** What a recording that comes with the page is, before it is fetched. */
export type RecordingEntry = v.InferOutput<typeof entrySchema>;

/** The recording that comes with the page is not to be had. */
export class RecordingError extends ExplainedError {
  constructor(reason: string, options?: ErrorOptions) {
    super({ what: `The recorded run could not be loaded: ${reason}.`, means: 'It is an example only; a run of your own needs nothing of it.', remedy: 'Try again, or start a run.' }, options);
  }
}

/** The list of recordings, checked. */
export function parseRecordings(json: unknown): readonly RecordingEntry[] {
  const outcome = v.safeParse(indexSchema, json);
  if (outcome.success) return outcome.output.recordings;
  throw new RecordingError('its description is malformed', { cause: v.summarize(outcome.issues) });
}

async function get(path: string): Promise<Response> {
  const response = await fetch(new URL(`recordings/${path}`, document.baseURI)).catch((cause: unknown) => {
    throw new RecordingError('the connection failed', { cause });
  });
  if (!response.ok) throw new RecordingError(`the server answered ${response.status}`);
  return response;
}

async function fetchFirst(): Promise<Recording> {
  const json: unknown = await (await get('index.json')).json().catch((cause: unknown) => {
    throw new RecordingError('its description is no JSON', { cause });
  });
  const [entry] = parseRecordings(json);
  if (!entry) throw new RecordingError('there is none');
  const { body } = await get(entry.file);
  if (!body) throw new RecordingError('the server sent nothing');
  const events = await parseEvents(body);
  await timelineOf(events).prepare();
  return { title: entry.title, device: entry.device, events };
}

let first: Promise<Recording> | null = null;

/** The recorded run that comes with the page, fetched once. Throws {@link RecordingError}, and what `parseEvents` throws; then it can be tried again. */
export function firstRecording(): Promise<Recording> {
  first ??= fetchFirst().catch((error: unknown) => {
    first = null;
    throw error;
  });
  return first;
}
