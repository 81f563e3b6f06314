/** What went wrong, told in the three lines that the interface shows. */
export interface Explanation {
  /** What happened, in one sentence. */
  readonly what: string;
  /** What that means for the user's work (what was kept, what was lost). */
  readonly means: string;
  /** What to do about it. */
  readonly remedy: string;
  /** What the page can offer beside these words: a list of what it has stored, to delete from. */
  readonly action?: 'make-room';
}

/**
 * Base of every error that this program raises on purpose: one subclass per cause.
 * `message` is the three lines joined, so that logs stay readable.
 */
export abstract class ExplainedError extends Error {
  readonly explanation: Explanation;

  constructor(explanation: Explanation, options?: ErrorOptions) {
    super(`${explanation.what} ${explanation.means} ${explanation.remedy}`, options);
    this.name = new.target.name;
    this.explanation = explanation;
  }
}

/** The three lines of any thrown value, known or not. */
export function explain(error: unknown): Explanation {
  if (error instanceof ExplainedError) return error.explanation;
  const message = error instanceof Error ? error.message : String(error);
  return {
    what: `Something unexpected failed: ${message}`,
    means: 'The run has stopped. What was finished before is kept.',
    remedy: 'Start the run again; if it fails in the same way, report it with the run file.',
  };
}
