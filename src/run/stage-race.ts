import { hopeless, isHopeless, roundsOf, type Running, type StopRule } from '../evaluation/early-stop.ts';
import type { CandidateSums } from '../evaluation/stage-sums.ts';
import type { MeasureEvent, MeasureRequest } from '../search/measure.ts';
import { outcomeOf, type Judging } from './candidate-outcome.ts';
import { sequencesFor } from './sample-sequences.ts';

/** What a stage has seen of its candidates: `values[candidate]` by index into the request, on its first `sequences` sequences. */
export interface Seen {
  readonly values: readonly CandidateSums[];
  readonly sequences: number;
}

/**
 * The race of a stage's candidates for its places: who has lost it, as sure as is stated. The parent is never dropped: what it has
 * in each generation is the curve of the search.
 */
export class StageRace {
  /** Sequences of each round; after each but the last one looks. */
  readonly rounds: readonly number[];
  /** Indices of the candidates that were dropped. */
  readonly dropped = new Set<number>();
  private readonly request: MeasureRequest;
  private readonly rule: StopRule;

  private constructor(request: MeasureRequest, rounds: readonly number[], rule: StopRule) {
    this.request = request;
    this.rounds = rounds;
    this.rule = rule;
  }

  /** Null where nobody can be dropped: too few sequences, or no more candidates than places. */
  static of(request: MeasureRequest, sequences: number, confidence: number): StageRace | null {
    const rounds = roundsOf(sequences);
    const { length: candidates } = request.candidates;
    const { survivors } = request.stage;
    if (rounds.length === 1 || candidates <= survivors) return null;
    return new StageRace(request, rounds, { candidates, survivors, sequences, looks: rounds.length - 1, confidence });
  }

  /** Whether one looks after so many sequences. */
  looksAfter(sequences: number): boolean {
    let end = 0;
    return sequences < this.rule.sequences && this.rounds.some((size) => (end += size) === sequences);
  }

  /** Drops those of the candidates that are hopeless, all measured on the same sequences. Returns them. */
  look(running: readonly number[], seen: Seen): number[] {
    const out = new Set(hopeless(running.map((member) => this.running(member, seen)), this.rule));
    const lost = running.filter((member) => !this.isParent(member) && out.has(String(member)));
    for (const member of lost) this.dropped.add(member);
    return lost;
  }

  /** Drops a candidate that is measured after others (`finished`) were, if it is hopeless. Returns whether it is. */
  lookAt(member: number, finished: readonly number[], seen: Seen): boolean {
    if (this.isParent(member)) return false;
    const others = finished.filter((other) => !this.dropped.has(other)).map((other) => this.running(other, seen));
    const lost = isHopeless(this.running(member, seen), others, this.rule);
    if (lost) this.dropped.add(member);
    return lost;
  }

  private isParent(member: number): boolean {
    return this.request.candidates[member]?.id === this.request.parent.id;
  }

  private running(member: number, { values, sequences }: Seen): Running {
    return { id: String(member), sums: Array.from(values[member]?.sequences.subarray(0, sequences) ?? []) };
  }
}

/** Tells of a candidate that was given up, with what was seen of it. */
export function droppedOf(options: Judging, request: MeasureRequest, member: number, { values, sequences }: Seen): MeasureEvent {
  const { length } = options.fitnessPool;
  return {
    type: 'dropped',
    ...outcomeOf(options, request, member, values, sequences),
    tokens: sequences * length,
    saved: (sequencesFor(request.stage.fitnessTokens, length) - sequences) * length,
  };
}
