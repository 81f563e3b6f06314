import type { LazyBytes } from '../base/lazy-bytes.ts';

/** A file that can be written: its size is known, its content is made while it is written. */
export interface PlannedFile {
  /** Where it belongs in its folder, with `/`: `onnx/model.onnx`. */
  readonly path: string;
  readonly content: LazyBytes;
}

export const sizeOf = (files: readonly PlannedFile[]): number => files.reduce((sum, { content }) => sum + content.byteLength, 0);
