import type { Individual } from '../search/events.ts';
import type { Pending } from './checkpoints/run-progress.ts';
import type { SearchSettingsChanges } from './run-config.ts';

/**
 * What the outside may ask of a running run. The run reads it between events; nothing here interrupts a dispatch.
 */
export class RunControl {
  private changes: SearchSettingsChanges | null = null;
  private chosen: Individual | null = null;
  private stop = false;

  /** Settings that act from the next generation; later ones win over earlier ones. */
  tune(changes: SearchSettingsChanges): void {
    this.changes = { ...this.changes, ...changes };
  }

  /** Takes back what is not yet in force. */
  untune(): void {
    this.changes = null;
  }

  get pending(): SearchSettingsChanges | null {
    return this.changes;
  }

  /** Called once at the start of each generation. */
  takeChanges(): SearchSettingsChanges | null {
    const taken = this.changes;
    this.changes = null;
    return taken;
  }

  /** Makes a candidate the parent from the next generation on; of several the last counts. */
  adopt(candidate: Individual): void {
    this.chosen = candidate;
  }

  /** Takes the choice back while it is not yet in force. */
  unadopt(): void {
    this.chosen = null;
  }

  get pendingParent(): Individual | null {
    return this.chosen;
  }

  /** Called at the start of each generation, and at the end of the search. */
  takeParent(): Individual | null {
    const taken = this.chosen;
    this.chosen = null;
    return taken;
  }

  /** The search is over: no generation will come for what waits for one. */
  dropPending(): void {
    this.untune();
    this.unadopt();
  }

  /** Ends the search or post-training with the best so far; what follows is still done. */
  requestStop(): void {
    this.stop = true;
  }

  /** What waits, for a run that goes on later. */
  get waiting(): Pending {
    return { changes: this.changes, parent: this.chosen, stop: this.stop };
  }

  /** Asks again for what waited when a run was saved; what was asked for since wins. */
  restore({ changes, parent, stop }: Pending): void {
    this.changes ??= changes;
    this.chosen ??= parent;
    this.stop ||= stop;
  }

  get stopRequested(): boolean {
    return this.stop;
  }
}
