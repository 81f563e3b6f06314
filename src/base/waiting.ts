/** Who waits for what takes a while: hears how much of it is done, and may end it. */
export interface Waiting {
  /** Once it is aborted, the work throws its reason at the next step. */
  readonly signal: AbortSignal;
  /** Called with ever larger shares, from 0 to 1. */
  readonly onShare: (share: number) => void;
}

/** For one part of the work, which begins and ends at these shares of the whole. */
export const partOf = ({ signal, onShare }: Waiting, from: number, to: number): Waiting => ({
  signal,
  onShare: (share) => onShare(from + (to - from) * share),
});

/** A step is over: tells so, or throws the reason for which nobody waits any longer. */
export function tellShare(waiting: Waiting | undefined, share: number): void {
  waiting?.signal.throwIfAborted();
  waiting?.onShare(share);
}
