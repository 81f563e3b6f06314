import { ExplainedError } from '../../base/explained-error.ts';
import type { FormatId } from '../../export/formats.ts';
import type { FormatOffer } from './export-events.ts';

/** A file could not be opened where it was written, which may be for want of memory: nothing is known of it. */
export class NotOpenedError extends ExplainedError {
  constructor(reason: string, options?: ErrorOptions) {
    super({ what: reason, means: 'The file is there and was not checked.', remedy: 'Open it elsewhere before relying on it.' }, options);
  }
}

/** The model cannot be had in the format that was asked for. */
export class FormatUnavailableError extends ExplainedError {
  constructor(format: FormatId, { reason, remedy }: NonNullable<FormatOffer['unavailable']>) {
    super({ what: `This model cannot be written as ${format}: ${reason}`, means: 'Nothing was written in that format; others are not affected.', remedy });
  }
}
