import type { RunEvent } from '../../src/run/run-events.ts';

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** Relative slack of sums of nanoseconds; parameters are whole numbers. */
const rounding = 1e-9;

/** What must be true of a log in force, whatever happened to its run. Returns what is not, in words. */
export function violations(events: readonly RunEvent[]): string[] {
  const found: string[] = [];
  const check = new Check((fault, event) => found.push(`${fault} (at ${event.at.toFixed(2)} s, ${event.type})`));
  for (const event of events) check.see(event);
  return found;
}

class Check {
  readonly #report: (fault: string, event: RunEvent) => void;
  #budget: Of<'search-started'> | null = null;
  #generation: Of<'generation-started'> | null = null;
  #entering: ReadonlySet<string> = new Set();
  #finished = 0;
  #at = 0;

  constructor(report: (fault: string, event: RunEvent) => void) {
    this.#report = report;
  }

  see(event: RunEvent): void {
    if (event.at + 1e-6 < this.#at) this.#report('time goes backwards', event);
    this.#at = event.at;
    switch (event.type) {
      case 'search-started':
        this.#budget = event;
        return;
      case 'generation-started':
        return this.#begin(event);
      case 'stage-finished':
        return this.#stage(event);
      case 'generation-finished':
        return this.#end(event);
      case 'search-finished':
        return this.#within(event.winner, event);
      case 'run-failed':
        return this.#report(`the run failed: ${event.explanation.what}`, event);
    }
  }

  #begin(event: Of<'generation-started'>): void {
    if (event.generation !== this.#finished + 1) this.#report(`generation ${event.generation} follows ${this.#finished}`, event);
    for (const candidate of [event.parent, ...event.offspring]) this.#within(candidate, event);
    this.#generation = event;
    this.#entering = new Set(event.offspring.map(({ id }) => id));
  }

  /** The budget is kept by every genome. */
  #within({ id, size, cost }: { readonly id: string; readonly size: number; readonly cost?: number }, event: RunEvent): void {
    if (this.#budget === null) return this.#report('there is no budget yet', event);
    const { least, most, unit } = this.#budget;
    const counted = unit === undefined ? size : (cost ?? Number.NaN);
    if (!(counted >= least * (1 - rounding) && counted <= most * (1 + rounding))) this.#report(`${id} takes ${counted}, not ${least} to ${most}`, event);
  }

  /** Who survives or goes is who entered, the parent with them in the last stage. */
  #stage(event: Of<'stage-finished'>): void {
    const parent = this.#generation?.parent.id ?? '';
    const last = event.stage === (this.#generation?.stages.length ?? 0) - 1;
    const all = [...event.survivors, ...event.eliminated];
    const expected = new Set(last ? [...this.#entering, parent] : this.#entering);
    if (all.length !== expected.size || all.some((id) => !expected.has(id))) this.#report(`stage ${event.stage} had others than entered it`, event);
    this.#entering = new Set(event.survivors);
  }

  #end(event: Of<'generation-finished'>): void {
    if (event.generation !== this.#generation?.generation) this.#report(`generation ${event.generation} was not begun`, event);
    const { fitness, previousParentFitness: before } = event;
    if (fitness !== null && before !== null && fitness > before) this.#report(`the parent became worse on the same tokens: ${fitness} after ${before}`, event);
    if (fitness === null && before !== null) this.#report('the parent lost its fitness', event);
    this.#within(event.parent, event);
    this.#finished = event.generation;
  }
}
