/**
 * Owns what is handed to it and frees it in reverse order, also when something fails in between
 * (AsyncDisposableStack, which Node 20 does not have).
 */
export class Scope implements AsyncDisposable {
  private owned: (Disposable | AsyncDisposable)[] = [];

  own<T extends Disposable | AsyncDisposable>(thing: T): T {
    this.owned.push(thing);
    return thing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const things = this.owned.reverse();
    this.owned = [];
    const failures: unknown[] = [];
    for (const thing of things) {
      try {
        if (Symbol.asyncDispose in thing) await thing[Symbol.asyncDispose]();
        else thing[Symbol.dispose]();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'freeing failed');
  }
}
