import { ExplainedError } from '../../base/explained-error.ts';
import type { FormatId } from '../../export/formats.ts';
import type { FormatOffer } from './export-events.ts';

/** The model cannot be had in the format that was asked for. */
export class FormatUnavailableError extends ExplainedError {
  constructor(format: FormatId, { reason, remedy }: NonNullable<FormatOffer['unavailable']>) {
    super({ what: `This model cannot be written as ${format}: ${reason}`, means: 'Nothing was written in that format; others are not affected.', remedy });
  }
}
