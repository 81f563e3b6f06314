/**
 * Waits that can be ended all at once. Not one promise for all to race with: that would keep the result of every race for as long
 * as it is pending itself.
 */
export class Waits {
  readonly #ends = new Set<(error: Error) => void>();

  /** The result, or the error with which all waits were ended before it came. */
  for<Result>(result: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#ends.add(reject);
      void result.then(resolve, reject).finally(() => this.#ends.delete(reject));
    });
  }

  end(error: Error): void {
    for (const end of this.#ends) end(error);
  }
}
