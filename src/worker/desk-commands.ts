import type { EngineCommand } from './protocol.ts';

/** Commands about models and texts; a run needs none of them. */
export type DeskCommand = Extract<
  EngineCommand,
  { type: 'set-hub' | 'give-files' | 'inspect' | 'download' | 'cancel-download' | 'list-stored' | 'delete-stored' | 'inspect-text' }
>;

const deskCommands: ReadonlySet<EngineCommand['type']> = new Set<DeskCommand['type']>([
  'set-hub',
  'give-files',
  'inspect',
  'download',
  'cancel-download',
  'list-stored',
  'delete-stored',
  'inspect-text',
]);

export function isDeskCommand(command: EngineCommand): command is DeskCommand {
  return deskCommands.has(command.type);
}
