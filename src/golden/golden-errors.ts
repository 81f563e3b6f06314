import { ExplainedError } from '../base/explained-error.ts';

/** A golden folder is not of the format that its README describes. */
export class GoldenMalformedError extends ExplainedError {
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super(
      {
        what: `The golden folder ${folder} cannot be used: ${problem}.`,
        means: 'A check without its reference says nothing, so this folder counts as failed.',
        remedy: 'Take all four files of the folder (config.json, model.safetensors, golden.json, golden.safetensors) from one run of the reference.',
      },
      options,
    );
  }
}
