import { TransferRate } from './transfer-rate.ts';

/** How far the download of a model is. */
export interface DownloadProgress {
  /** Bytes that are here, of all. */
  readonly done: number;
  readonly total: number;
  /** Over the last few seconds; null until there is something to tell. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** The one that is coming. */
  readonly file: string;
}

/** Milliseconds between two reports. */
const INTERVAL = 250;

/** Counts the bytes of several files and tells at most four times a second, and of every new file. */
export class ProgressTeller {
  readonly #tell: (progress: DownloadProgress) => void;
  readonly #now: () => number;
  readonly #rate = new TransferRate();
  readonly #bytes = new Map<string, { done: number; total: number }>();
  #file = '';
  #told = Number.NEGATIVE_INFINITY;

  /** `now`: milliseconds. */
  constructor(files: readonly { readonly path: string; readonly size: number; readonly present: number }[], tell: (progress: DownloadProgress) => void, now: () => number = () => performance.now()) {
    for (const { path, size, present } of files) this.#bytes.set(path, { done: present, total: size });
    this.#tell = tell;
    this.#now = now;
  }

  /** `done` of `total` bytes of a file are here. */
  update(path: string, done: number, total: number): void {
    const begins = path !== this.#file;
    this.#file = path;
    this.#bytes.set(path, { done, total });
    const sum = this.#sum();
    const now = this.#now();
    this.#rate.add(now, sum.done);
    if (begins || now - this.#told >= INTERVAL) this.#report(now, sum);
  }

  /** The last report. */
  finish(): void {
    this.#report(this.#now(), this.#sum());
  }

  #sum(): { readonly done: number; readonly total: number } {
    const all = [...this.#bytes.values()];
    return { done: all.reduce((sum, { done }) => sum + done, 0), total: all.reduce((sum, { total }) => sum + total, 0) };
  }

  #report(now: number, { done, total }: { readonly done: number; readonly total: number }): void {
    this.#told = now;
    const { bytesPerSecond } = this.#rate;
    const secondsLeft = bytesPerSecond === null || bytesPerSecond === 0 ? null : (total - done) / bytesPerSecond;
    this.#tell({ done, total, bytesPerSecond, secondsLeft, file: this.#file });
  }
}
