import type { BackendName } from '../../runtime/runtime.ts';
import type { FormatId } from '../../export/formats.ts';
import type { WrittenFile } from '../../export/write-file.ts';

/** A format as it is offered before anything of it is written. */
export interface FormatOffer {
  readonly format: FormatId;
  /** What would be written, to the byte; empty where the format is not to be had. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Why this model cannot be had in the format, and what to do to get it; null where it can. */
  readonly unavailable: { readonly reason: string; readonly remedy: string } | null;
}

/** A file was opened afresh and asked what the candidate was asked: a held-out passage. */
export interface FormatCheck {
  /** What computed it. */
  readonly backend: BackendName;
  /** Positions compared. */
  readonly tokens: number;
  /** Largest absolute difference of a logit. */
  readonly maxAbsoluteError: number;
  /** `|file - candidate| / |candidate|` over all logits, Euclidean norms. */
  readonly relativeError: number;
  /** Share of positions with the same most likely token, 0 to 1. */
  readonly agreement: number;
  /** Of the file and of the candidate, on the passage. */
  readonly perplexity: number;
  readonly candidatePerplexity: number;
  /** Greedy text of the file, after the first tokens of the passage. */
  readonly sample: { readonly prompt: string; readonly text: string };
}

/** A format that was written whole. */
export interface ExportedFormat {
  readonly format: FormatId;
  readonly files: readonly WrittenFile[];
  /** Null where no file of the format was opened again: `notChecked` says why, as the end of a sentence. */
  readonly check: FormatCheck | null;
  readonly notChecked: string | null;
}

/** How far the writing of a format is. Bytes while preparing; passes of the model while checking. */
export interface ExportProgress {
  readonly format: FormatId;
  readonly step: 'preparing' | 'checking';
  readonly done: number;
  readonly total: number;
}

/** A file of the model folder and where it lies meanwhile. */
export interface FolderEntry extends WrittenFile {
  /** Path in the engine's storage, to fetch it by. */
  readonly stored: string;
}
