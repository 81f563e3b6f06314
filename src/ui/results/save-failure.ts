import { ExplainedError, type Explanation } from '../../base/explained-error.ts';

/** The engine gave no file for a path that it had told. */
export class FileGoneError extends ExplainedError {
  constructor(path: string) {
    super({ what: `The engine no longer has ${path}.`, means: 'Nothing was saved.', remedy: 'Run again to write it anew.' });
  }
}

const nameOf = (error: unknown): string => (error instanceof Error || error instanceof DOMException ? error.name : '');

/** Why a file could not be saved, in the three lines that the page shows. */
export function explainSaving(error: unknown): Explanation {
  if (error instanceof ExplainedError) return error.explanation;
  const means = 'Nothing that looks whole was left behind; what the engine wrote is still here.';
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return { what: 'There is no room for the file.', means, remedy: 'Free some space, or save fewer formats.', action: 'make-room' };
    case 'NotAllowedError':
    case 'SecurityError':
      return { what: 'The browser does not let this page write there.', means, remedy: 'Allow it when it asks, or choose another folder.' };
    case 'NoModificationAllowedError':
      return { what: 'Another program or tab holds the file.', means, remedy: 'Close it there, or choose another name.' };
    default:
      return { what: `Saving failed: ${error instanceof Error ? error.message : String(error)}`, means, remedy: 'Try again.' };
  }
}
