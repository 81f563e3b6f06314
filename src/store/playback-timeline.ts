import { nextTask } from '../base/next-task.ts';
import { tellShare, type Waiting } from '../base/waiting.ts';
import type { RunEvent } from '../run/run-events.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import type { RunState } from './run-state.ts';

/** Events between two kept states where no generation is over. */
const every = 256;
/** Milliseconds of work between two pauses, in which the page can answer. */
const slice = 6;

/** What grows with a run. Kept states have lengths instead: their lists are what those of the furthest state begin with. */
interface Lists {
  readonly history: NonNullable<RunState['search']>['history'];
  readonly log: RunState['log'];
  readonly losses: RunState['postTraining']['losses'];
  readonly course: NonNullable<RunState['profile']>['course'];
}

interface Place {
  readonly position: number;
  readonly state: RunState;
}

interface Kept extends Place {
  readonly lengths: Readonly<Record<keyof Lists, number>>;
  /** The lists as far as they are known; others where the recording begins a run anew. */
  readonly book: { lists: Lists };
}

const none: Lists = { history: [], log: [], losses: initialRunState.postTraining.losses, course: [] };

const names = ['history', 'log', 'losses', 'course'] as const satisfies readonly (keyof Lists)[];

const listsOf = ({ search, log, postTraining, profile }: RunState): Lists => ({
  history: search?.history ?? none.history,
  log,
  losses: postTraining.losses,
  course: profile?.course ?? none.course,
});

const withLists = (state: RunState, { history, log, losses, course }: Lists): RunState => ({
  ...state,
  log,
  search: state.search && { ...state.search, history },
  profile: state.profile && { ...state.profile, course },
  postTraining: state.postTraining.losses === losses ? state.postTraining : { ...state.postTraining, losses },
});

/** What was not there yet is the same in every state, so that nothing is drawn again for it. */
const firstOf = <T>(list: readonly T[], length: number, empty: readonly T[]): readonly T[] => (length === 0 ? empty : list.slice(0, length));

const continues = (before: readonly unknown[], now: readonly unknown[]): boolean => before.length === 0 || (now[0] === before[0] && now.length >= before.length);

function restore({ position, state, lengths, book: { lists } }: Kept): Place {
  const { history, log, losses, course } = lists;
  return {
    position,
    state: withLists(state, {
      history: firstOf(history, lengths.history, none.history),
      log: firstOf(log, lengths.log, none.log),
      losses: firstOf(losses, lengths.losses, none.losses),
      course: firstOf(course, lengths.course, none.course),
    }),
  };
}

/** Any place of a recording at once: states are kept where generations are over, and what lies between is reduced anew. */
export class Timeline {
  readonly generations: number;
  private readonly events: readonly RunEvent[];
  /** Events that are behind where each generation is over and told of; the first is where the search begins, the last the end. */
  private readonly stops: readonly number[];
  /** Where states are kept, ascending. */
  private readonly places: readonly number[];
  private readonly kept: Kept[] = [];
  private book = { lists: none };
  private front: Place = { position: 0, state: initialRunState };
  private current = this.front;

  constructor(events: readonly RunEvent[]) {
    this.events = events;
    this.stops = stopsOf(events);
    this.generations = Math.max(0, this.stops.length - 1);
    const regular = Array.from({ length: Math.floor(events.length / every) }, (_, index) => (index + 1) * every);
    this.places = [...new Set([...regular, ...this.stops, events.length])].sort((a, b) => a - b);
  }

  /** Where playing begins anew: where the search does, or with the first event where there are no generations. */
  get begin(): number {
    return this.generations > 0 ? this.stop(0) : 0;
  }

  /** Events that are behind where that generation is over, within what there is. */
  stop(generation: number): number {
    const index = Math.min(this.generations, Math.max(0, Math.round(generation)));
    return this.stops[index] ?? this.events.length;
  }

  /** What is true at the end. */
  get whole(): RunState {
    return this.at(this.events.length);
  }

  /** Reduces the whole recording in slices of a few milliseconds; then every place is at hand. Throws why nobody waits any longer; then it can be gone on with. */
  async prepare(waiting?: Waiting): Promise<void> {
    let began = performance.now();
    while (this.front.position < this.events.length) {
      this.advance();
      if (performance.now() - began <= slice) continue;
      await nextTask();
      tellShare(waiting, this.front.position / this.events.length);
      began = performance.now();
    }
  }

  /** What is true when so many events are behind. */
  at(position: number): RunState {
    while (this.front.position < position) this.advance();
    if (position === this.front.position) return this.front.state;
    const last = this.kept.findLast((known) => known.position <= position);
    if (this.current.position > position || this.current.position < (last?.position ?? 0)) this.current = last ? restore(last) : { position: 0, state: initialRunState };
    if (this.current.position < position) this.current = { position, state: reduceRun(this.current.state, this.events.slice(this.current.position, position)) };
    return this.current.state;
  }

  /** To the next place, whose state is kept. */
  private advance(): void {
    const from = this.front.position;
    const position = this.places[this.kept.length] ?? this.events.length;
    const state = reduceRun(this.front.state, this.events.slice(from, position));
    this.front = { position, state };
    const lists = listsOf(state);
    const before = this.book.lists;
    if (names.every((name) => continues(before[name], lists[name]))) this.book.lists = lists;
    else this.book = { lists };
    const lengths = { history: lists.history.length, log: lists.log.length, losses: lists.losses.length, course: lists.course.length };
    this.kept.push({ position, state: withLists(state, none), lengths, book: this.book });
  }
}

const timelines = new WeakMap<readonly RunEvent[], Timeline>();

/** The timeline of a recording; the same for all who ask. */
export function timelineOf(events: readonly RunEvent[]): Timeline {
  const timeline = timelines.get(events) ?? new Timeline(events);
  timelines.set(events, timeline);
  return timeline;
}

/** What is told of a generation once it is over. */
const aftermath: ReadonlySet<RunEvent['type']> = new Set(['phase-progress', 'estimate', 'memory', 'profile']);

/** Of the run that the recording ends with: an earlier one is forgotten where another begins. */
function stopsOf(events: readonly RunEvent[]): number[] {
  let stops: number[] = [];
  for (const [index, { type }] of events.entries()) {
    if (type === 'run-started') stops = [];
    else if (type === 'search-started') stops = [index + 1];
    else if (type === 'generation-finished') stops.push(index + 1);
    else if (stops.length > 1 && stops.at(-1) === index && aftermath.has(type)) stops[stops.length - 1] = index + 1;
  }
  if (stops.length > 0) stops[stops.length - 1] = events.length;
  return stops;
}
