import { ExplainedError } from '../../base/explained-error.ts';

/** There is no checkpoint of this run. */
export class CheckpointMissingError extends ExplainedError {
  constructor(run: string, options?: ErrorOptions) {
    super(
      {
        what: `Nothing is saved of the run "${run.slice(0, 40)}".`,
        means: 'It cannot go on from where it was. Its events, where the page keeps them, are as they were.',
        remedy: 'Start the run again with the same settings and seed: it comes to the same result.',
      },
      options,
    );
  }
}

/** What was saved of a run is not whole, or is not what was written. Nothing of it is deleted. */
export class CheckpointDamagedError extends ExplainedError {
  constructor(run: string, fault: string, options?: ErrorOptions) {
    super(
      {
        what: `What is saved of the run "${run}" is damaged: ${fault}.`,
        means: 'The run cannot go on from it. Nothing was deleted, and other runs are as they were.',
        remedy: 'Start the run again with the same settings and seed, and discard what was saved of this one.',
      },
      options,
    );
  }
}

/** Files that were saved went while the run was under way: the browser cleared them, or somebody deleted them. */
export class CheckpointVanishedError extends ExplainedError {
  constructor(name: string) {
    super({
      what: `What was saved of it before is gone ("${name}" is missing).`,
      means: 'The browser, or somebody, removed it while the run went on. The run itself is not affected.',
      remedy: 'Leave the page open until the run is over. Under Storage the browser can be asked to keep what is stored.',
    });
  }
}

/** Saved by a version of this program that is newer than this one. */
export class CheckpointVersionError extends ExplainedError {
  constructor(run: string, version: number) {
    super({
      what: `What is saved of the run "${run}" has version ${version}, which a newer version of this page wrote.`,
      means: 'This version cannot go on from it. Nothing was changed.',
      remedy: 'Reload the page, or update the program, then go on with the run.',
    });
  }
}
