import { ExplainedError } from '../base/explained-error.ts';
import { compareLogits, relativeError } from '../export/onnx/compare-logits.ts';
import type { AttentionKind } from '../export/onnx/decoder-graph.ts';
import { variedTokens } from '../evaluation/varied-tokens.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { totalParameters } from '../model/spec.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { BenchContext, Figure } from './bench.ts';
import { compare } from './contest.ts';
import { mostHeldTwice, openSize } from './model-sizes.ts';
import { TransformersModel } from './transformers-js.ts';

/** Tokens of the prompt, one sequence: as a run's sequences have, and as speeds are measured with. */
const prompts = [256, 512];
/** Of all logits; float32 sums in another order stay well below. */
const tolerance = 1e-2;

/** The two did not compute the same. */
class PrefillMismatchError extends ExplainedError {
  constructor(size: string, error: number) {
    super({
      what: `transformers.js and this program give other logits for ${size}: their relative difference is ${error.toPrecision(2)}.`,
      means: 'Their times cannot be compared.',
      remedy: 'Report this with the device that it happened on.',
    });
  }
}

const words: Readonly<Record<AttentionKind, string>> = { plain: 'plain operators', gqa: 'GroupQueryAttention' };

/** A forward pass of the prompt to the logits of its last token, which are read. */
async function ownPrefill(transformer: Transformer, model: ModelWeights, ids: Int32Array): Promise<Float32Array> {
  using hidden = await transformer.hidden(model, { ids, sequences: 1, length: ids.length });
  return await transformer.logits(model, hidden, { start: ids.length - 1, end: ids.length });
}

/**
 * Our forward pass against transformers.js reading the same prompt with the same dense model, exported as users do, on one
 * onnxruntime with the same threads, in turn. Both give the logits of the last token, which are compared first.
 */
export async function* prefill({ runtime, sizes, model, effort }: BenchContext): AsyncGenerator<Figure> {
  for (const size of sizes) {
    const source = await openSize(size, model);
    if (totalParameters(source.spec) > mostHeldTwice) continue;
    using dense = await DenseWeights.load(runtime, source);
    await using transformer = await Transformer.create(runtime, source.spec);
    for (const attention of effort === 'quick' ? (['plain'] as const) : (['plain', 'gqa'] as const)) {
      await using theirs = await TransformersModel.open(source, attention, runtime.info.backend);
      for (const tokens of prompts) {
        const ids = variedTokens(tokens, source.spec.vocabulary);
        const own = (): Promise<Float32Array> => ownPrefill(transformer, dense.weights, ids);
        const error = relativeError(compareLogits(await own(), await theirs.prefill(ids), source.spec.vocabulary));
        if (!(error <= tolerance)) throw new PrefillMismatchError(size, error);
        yield await compare({
          name: `prefill of ${tokens} tokens, transformers.js / ours, ${size}, ${words[attention]}`,
          first: async () => void (await theirs.prefill(ids)),
          second: async () => void (await own()),
          rounds: effort === 'quick' ? 5 : 15,
        });
      }
    }
  }
}
