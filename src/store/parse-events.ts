import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { RunEvent } from '../run/run-events.ts';
import { jsonDepth } from '../sources/bounded-json.ts';
import { eventSchema, eventTypes } from './event-schema.ts';
import { readLines } from './read-lines.ts';

/** A file of events is not what the program writes; the line is named. */
export class WrongEventsError extends ExplainedError {
  /** From 1; null where the fault is not of one line. */
  readonly line: number | null;

  constructor(line: number | null, fault: string, options?: ErrorOptions) {
    super(
      {
        what: line === null ? `This is no file of a run's events: ${fault}.` : `Line ${line} is no event of a run: ${fault}.`,
        means: 'Nothing was opened. What is on the page is as it was.',
        remedy: 'Choose an events.jsonl that this program saved (also with .gz); if it did save this one, report it with the file.',
      },
      options,
    );
    this.line = line;
  }
}

const deepest = 16;
/** Most events of a file: memory grows with them. */
const mostEvents = 2_000_000;
/** Milliseconds of work between two pauses, in which the page can answer. */
const slice = 8;

const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

/**
 * The events of a run from `events.jsonl`, as a text, a file (`Blob`) or a stream, plain or gzip. It is told apart by its bytes.
 * Everything that the reducer reads is checked, and that genomes fit the database and generations follow one another, so what comes out
 * can be given to `reduceRun` and `Playback` wherever it came from. Events of types that this version does not know are left out, and so is
 * a last line that was cut off, as a tab that closes leaves it. Works in slices of a few milliseconds.
 * Throws {@link WrongEventsError}, which names the line; and what the stream throws.
 */
export async function parseEvents(input: string | Blob | ReadableStream<Uint8Array>): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const check = createCheck();
  let number = 0;
  let began = performance.now();
  for await (const { text, whole } of readLines(input, (fault, cause) => new WrongEventsError(number + 1, fault, { cause }))) {
    number++;
    if (text.trim() === '') continue;
    const event = parseLine(text, whole, number);
    if (event) {
      const fault = check(event);
      if (fault !== null) throw new WrongEventsError(number, fault);
      if (events.push(event) > mostEvents) throw new WrongEventsError(number, `there are more than ${mostEvents} of them`);
    }
    if (performance.now() - began > slice) {
      await pause();
      began = performance.now();
    }
  }
  if (events.length === 0) throw new WrongEventsError(null, 'it is empty');
  return events;
}

/** The event of a line; null where it is none that this version knows, or where it was cut off. */
function parseLine(text: string, whole: boolean, number: number): RunEvent | null {
  if (jsonDepth(text) > deepest) throw new WrongEventsError(number, `it is nested deeper than ${deepest} levels`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    if (!whole && number > 1) return null;
    throw new WrongEventsError(number, 'it is not JSON', { cause });
  }
  const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : undefined;
  if (typeof type !== 'string') throw new WrongEventsError(number, 'it has no type');
  if (!eventTypes.has(type)) return null;
  const outcome = v.safeParse(eventSchema, json, { abortEarly: true });
  if (outcome.success) return outcome.output;
  const [issue] = outcome.issues;
  throw new WrongEventsError(number, `${type}, ${v.getDotPath(issue) ?? '(whole)'}: ${issue.message}`);
}

/** What is wrong with an event after those before it, in a few words; null where nothing is. */
type Check = (event: RunEvent) => string | null;

function createCheck(): Check {
  let started = false;
  let levels: readonly number[] | null = null;
  let finished = 0;
  const unfit = (genome: Genome): boolean => levels === null || genome.length !== levels.length || genome.some((level, module) => level >= (levels?.[module] ?? 0));
  const anyUnfit = (...genomes: readonly Genome[]): string | null => (genomes.some(unfit) ? 'a genome does not fit the level database' : null);
  return (event) => {
    if (event.type === 'run-started') [started, levels, finished] = [true, null, 0];
    if (!started) return 'a run has to start with run-started';
    switch (event.type) {
      case 'database-ready':
        levels = event.modules.map((module) => module.levels.length);
        return levels.length % 2 === 0 ? null : 'a layer has two modules';
      case 'search-started':
        return anyUnfit(event.uniform.genome);
      case 'generation-started':
        return anyUnfit(event.parent.genome, ...event.offspring.map(({ genome }) => genome));
      case 'generation-finished':
        if (event.generation !== ++finished) return `generation ${event.generation} follows generation ${finished - 1}`;
        return anyUnfit(event.parent.genome);
      case 'parent-chosen':
        return anyUnfit(event.before.genome, event.parent.genome);
      case 'search-finished':
        return anyUnfit(event.winner.genome);
      default:
        return null;
    }
  };
}
