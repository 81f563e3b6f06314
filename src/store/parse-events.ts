import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import { nextTask } from '../base/next-task.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { RunEvent } from '../run/run-events.ts';
import { jsonDepth } from '../sources/bounded-json.ts';
import { eventSchemas } from './event-schema.ts';
import { storeLimits } from './limits.ts';
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

/** Milliseconds of work between two pauses, in which the page can answer. */
const slice = 8;

/**
 * The events of a run from `events.jsonl`, as a text, a file (`Blob`) or a stream, plain or gzip. It is told apart by its bytes.
 * Everything that the reducer reads is checked, and that genomes, changes and the result fit the database and generations follow one
 * another, so what comes out can be given to `reduceRun` and `Playback` wherever it came from. Events of types that this version does
 * not know are left out, and so is what was taken back when the run went on from a checkpoint, and a last line that was cut off, as a tab
 * that closes leaves it. Works in slices of a few milliseconds.
 * Throws {@link WrongEventsError}, which names the line; and what the stream throws.
 */
export async function parseEvents(input: string | Blob | ReadableStream<Uint8Array>): Promise<readonly RunEvent[]> {
  /** In force; null for what this version does not know, since `run-resumed` counts it. */
  const lines: (RunEvent | null)[] = [];
  let begin = 0;
  let resumed = false;
  const read = createEventReader();
  let number = 0;
  let began = performance.now();
  for await (const { text, whole } of readLines(input, (fault, cause) => new WrongEventsError(number + 1, fault, { cause }))) {
    number++;
    const event = read(text, whole);
    if (event?.type === 'run-started') begin = lines.length;
    if (event?.type === 'run-resumed') [resumed, lines.length] = [true, Math.min(lines.length, begin + event.events)]; // what came after was taken back
    if (text.trim() !== '') lines.push(event);
    if (performance.now() - began > slice) {
      await nextTask();
      began = performance.now();
    }
  }
  const events = lines.filter((event) => event !== null);
  if (events.length === 0) throw new WrongEventsError(null, 'it is empty');
  if (resumed) checkInForce(events);
  return events;
}

/** What was taken back may be what later events rest on. */
function checkInForce(events: readonly RunEvent[]): void {
  const check = createCheck();
  for (const event of events) {
    const fault = check(event);
    if (fault !== null) throw new WrongEventsError(null, `after what was taken back, ${fault}`);
  }
}

/**
 * Reads a run's events a line at a time, each checked by itself and against those before it; null for what {@link parseEvents} leaves out.
 * `whole`: false for a last line without its end. Throws {@link WrongEventsError}.
 */
export function createEventReader(): (text: string, whole?: boolean) => RunEvent | null {
  const check = createCheck();
  let number = 0;
  return (text, whole = true) => {
    if (++number > storeLimits.lines) throw new WrongEventsError(number, `there are more than ${storeLimits.lines} lines`);
    if (text.trim() === '') return null;
    const event = parseLine(text, whole, number);
    if (!event) return null;
    const fault = check(event);
    if (fault !== null) throw new WrongEventsError(number, fault);
    return event;
  };
}

/** The event of a line; null where it is none that this version knows, or where it was cut off. */
function parseLine(text: string, whole: boolean, number: number): RunEvent | null {
  if (jsonDepth(text) > storeLimits.eventDepth) throw new WrongEventsError(number, `it is nested deeper than ${storeLimits.eventDepth} levels`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    if (!whole && number > 1) return null;
    throw new WrongEventsError(number, 'it is not JSON', { cause });
  }
  const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : undefined;
  if (typeof type !== 'string') throw new WrongEventsError(number, 'it has no type');
  const schema = eventSchemas.get(type);
  if (!schema) return null;
  const outcome = v.safeParse(schema, json, { abortEarly: true });
  if (outcome.success) return outcome.output;
  const [issue] = outcome.issues;
  throw new WrongEventsError(number, `${type}, ${v.getDotPath(issue) ?? '(whole)'}: ${issue.message.slice(0, 200)}`);
}

/** What is wrong with an event after those before it, in a few words; null where nothing is. */
type Check = (event: RunEvent) => string | null;

function createCheck(): Check {
  let started = false;
  let levels: readonly number[] | null = null;
  let finished = 0;
  let genes = 0;
  /** The run went on from an earlier generation, perhaps. */
  let rewound = false;
  const unfit = (genome: Genome): boolean => {
    genes += genome.length;
    return levels === null || genome.length !== levels.length || genome.some((level, module) => level >= (levels?.[module] ?? 0));
  };
  const anyUnfit = (...genomes: readonly Genome[]): string | null => (genomes.some(unfit) ? 'a genome does not fit the level database' : null);
  return (event) => {
    if (event.type === 'run-started') [started, levels, finished] = [true, null, 0];
    if (event.type === 'run-resumed') rewound = true;
    if (!started) return 'a run has to start with run-started';
    if (genes > storeLimits.genes) return `its genomes have more than ${storeLimits.genes} levels`;
    switch (event.type) {
      case 'database-ready':
        levels = event.modules.map((module) => module.levels.length);
        return levels.length % 2 === 0 ? null : 'a layer has two modules';
      case 'search-started':
        return anyUnfit(event.uniform.genome);
      case 'generation-started':
        if (event.offspring.some(({ changed }) => changed.length > (levels?.length ?? 0) || changed.some((module) => module >= (levels?.length ?? 0)))) {
          return 'a candidate changed a module that is not in the level database';
        }
        return anyUnfit(event.parent.genome, ...event.offspring.map(({ genome }) => genome));
      case 'generation-finished':
        if (rewound && event.generation <= finished) finished = event.generation - 1;
        rewound = false;
        if (event.generation !== ++finished) return `generation ${event.generation} follows generation ${finished - 1}`;
        return anyUnfit(event.parent.genome);
      case 'parent-chosen':
        return anyUnfit(event.before.genome, event.parent.genome);
      case 'search-finished':
        return anyUnfit(event.winner.genome);
      case 'run-finished':
        // A result may leave its modules out.
        return event.result.modules.length > 0 && unfit(event.result.modules.map(({ level }) => level)) ? 'its result does not fit the level database' : null;
      default:
        return null;
    }
  };
}
