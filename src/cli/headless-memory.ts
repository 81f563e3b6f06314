import { join } from 'node:path';
import { ExplainedError } from '../base/explained-error.ts';
import { CheckpointMissingError } from '../run/checkpoints/checkpoint-errors.ts';
import { RunMemory } from '../run/checkpoints/run-memory.ts';
import type { RunConfig } from '../run/run-config.ts';
import { FolderStorage } from './folder-storage.ts';

/** Folder beside the results that a run is saved in until it has finished. */
export const checkpointFolder = '.checkpoint';
/** A folder has one run. */
const run = 'run';

/** The folder holds a run that was cut off, of other settings than run.json has. */
class OtherSettingsError extends ExplainedError {
  constructor(out: string) {
    super({
      what: `The run that was cut off in ${out} has other settings than those that are given now.`,
      means: 'Nothing was started, and that run stays as it is.',
      remedy: 'Resume it with its own settings (run.json in that folder), or leave out --resume to begin anew.',
    });
  }
}

/** The memory of a run in an output folder: of the one that was cut off there, if it is to go on, or an empty one. Throws the errors of RunMemory. */
export async function headlessMemory(out: string, config: RunConfig, resume: boolean): Promise<RunMemory> {
  const storage = new FolderStorage(join(out, checkpointFolder));
  if (!resume) return await RunMemory.begin(storage, run, config);
  try {
    const opened = await RunMemory.open(storage, run);
    if (JSON.stringify(opened.config) !== JSON.stringify(config)) throw new OtherSettingsError(out);
    return opened.memory;
  } catch (error) {
    if (error instanceof CheckpointMissingError) return await RunMemory.begin(storage, run, config);
    throw error;
  }
}
