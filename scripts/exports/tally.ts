/** Counts what was checked, and says each check in a line. */
export class Tally {
  passed = 0;
  failed = 0;

  /** A figure and the most that it may be; not a number fails. `equal`: whether greedy tokens are those of the reference, where that was asked. */
  measure(what: string, error: number, limit: number, equal?: boolean): void {
    const greedy = equal === undefined ? '' : `, greedy tokens ${equal ? 'equal' : 'DIFFER'}`;
    this.say(error <= limit && equal !== false, `${what}: ${error.toExponential(1)} (limit ${limit})${greedy}`);
  }

  say(good: boolean, line: string): void {
    if (good) this.passed++;
    else this.failed++;
    console.log(`${good ? 'ok  ' : 'FAIL'} ${line}`);
  }

  /** Runs checks that may throw: then that is one failure more, and the others go on. */
  async attempt(what: string, checks: () => Promise<void>): Promise<void> {
    try {
      await checks();
    } catch (error) {
      this.say(false, `${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Prints the last line; the exit code. */
  finish(): number {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}
