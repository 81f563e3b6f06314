import type { ExternalFile } from '../../runtime/runtime.ts';

/** An exported file as it was read back, and the file of its weights where these are apart. */
export interface OnnxFile {
  readonly model: Uint8Array;
  readonly external?: readonly ExternalFile[];
  /** Gives the memory of all of it back, where that can be done. */
  readonly release?: () => void;
}
