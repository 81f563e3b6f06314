import { ExplainedError } from '../base/explained-error.ts';
import type { DeviceTrouble } from '../runtime/device-trouble.ts';

/** Losses without the run coming further, after which dispatches are made smaller, and after as many again the device is given up. */
const patience = 3;

export type AfterLoss = 'again' | 'smaller' | 'give-up';

/** The device was lost, or had no memory left, again and again at one place of the run. */
export class DeviceGaveUpError extends ExplainedError {
  constructor({ kind, reason }: DeviceTrouble, losses: number, options?: ErrorOptions) {
    const happened = kind === 'lost' ? 'was lost' : 'had no memory left';
    super(
      {
        what: `The device ${happened} ${losses} times at one place of the run: ${reason}`,
        means: 'The run has stopped there. What it found before is saved.',
        remedy: 'Close what else uses the graphics device and resume, or go on with WebAssembly, which needs none.',
      },
      options,
    );
  }
}

/** Counts the losses of a device between two places that the run came to. */
export class DeviceLosses {
  #count = 0;
  #place = -1;

  /** Losses at this place so far. */
  get count(): number {
    return this.#count;
  }

  /** Whether dispatches are to be smaller than usual. */
  smaller = false;

  /** A loss; `place` grows as the run comes further. */
  note(place: number): AfterLoss {
    this.#count = place > this.#place ? 1 : this.#count + 1;
    this.#place = place;
    if (this.#count < patience) return 'again';
    if (this.#count === patience) this.smaller = true;
    return this.#count < 2 * patience ? 'smaller' : 'give-up';
  }
}

