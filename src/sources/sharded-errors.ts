import { ExplainedError } from '../base/explained-error.ts';
import { quoted } from './quoted.ts';

const notLoaded = 'The weights were not loaded; nothing of these files was kept.';

/** model.safetensors.index.json is not what its name says. */
export class ShardIndexError extends ExplainedError {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `${file} is malformed: ${reason}.`,
        means: notLoaded,
        remedy: 'Take the index and all parts of the weights from the same model and revision.',
      },
      options,
    );
  }
}

/** The index names a part that lies elsewhere, or is no safetensors file. */
export class ShardNameError extends ExplainedError {
  constructor(file: string, shard: string) {
    super({
      what: `${file} names ${quoted(shard)} as a part of the weights, which is no safetensors file beside it.`,
      means: notLoaded,
      remedy: 'Use an index whose parts lie in its own folder and end in ".safetensors".',
    });
  }
}

/** A part and the index do not say the same of a tensor. */
export class ShardMismatchError extends ExplainedError {
  constructor(shard: string, tensor: string, reason: string) {
    super({
      what: `Tensor ${quoted(tensor)} of ${quoted(shard)} ${reason}.`,
      means: notLoaded,
      remedy: 'Take the index and all parts of the weights from the same model and revision.',
    });
  }
}
