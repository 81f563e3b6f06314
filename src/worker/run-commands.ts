import { explain } from '../base/explained-error.ts';
import { parseSearchChanges } from '../run/parse-config.ts';
import type { EngineCommand } from './protocol.ts';
import type { RunDriver } from './run-driver.ts';

/** Commands to the run that is there. */
export type RunCommand = Extract<EngineCommand, { type: 'play' | 'pause' | 'step' | 'stop' | 'freeze' | 'thaw' | 'slept' | 'tune' | 'untune' | 'adopt' | 'unadopt' }>;

const runCommands: ReadonlySet<EngineCommand['type']> = new Set<RunCommand['type']>(['play', 'pause', 'step', 'stop', 'freeze', 'thaw', 'slept', 'tune', 'untune', 'adopt', 'unadopt']);

export function isRunCommand(command: EngineCommand): command is RunCommand {
  return runCommands.has(command.type);
}

/** Has a run do what it is told. */
export function tellRun(driver: RunDriver, command: RunCommand): void {
  switch (command.type) {
    case 'play':
    case 'pause':
    case 'stop':
    case 'freeze':
    case 'thaw':
      return driver[command.type]();
    case 'step':
      return driver.step(command.until);
    case 'slept':
      return driver.slept(command.seconds, command.counted);
    case 'tune':
      tune(driver, command.changes);
      break;
    case 'adopt':
      driver.control.adopt({ id: command.id, genome: command.genome });
      break;
    default:
      driver.control[command.type]();
  }
  driver.tellPending();
}

function tune(driver: RunDriver, changes: unknown): void {
  try {
    driver.control.tune(parseSearchChanges(changes));
  } catch (error) {
    driver.tell({ type: 'warning', explanation: explain(error) });
  }
}

/** What runs are told that are being opened: they hear it once they are there. */
export class Openings {
  /** For each that is under way or waits, in turn. */
  private readonly untold: RunCommand[][] = [];

  /** A run is about to be opened; commands that come from here on are for it. */
  add(): void {
    this.untold.push([]);
  }

  /** Keeps a command for the run that was added last; whether there is one to come. */
  keep(command: RunCommand): boolean {
    return this.untold.at(-1)?.push(command) !== undefined;
  }

  /** The first of them is there, or will not be: what it was told meanwhile, in order. */
  take(): readonly RunCommand[] {
    return this.untold.shift() ?? [];
  }
}
