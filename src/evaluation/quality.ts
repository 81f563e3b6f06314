import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { MeasuringSet } from './measuring-set.ts';
import { nextTokens } from '../model/token-batches.ts';
import { sumOverPredicted } from './predicted-positions.ts';

/** Means over predicted positions of held-out text. */
export interface ModelQuality {
  readonly perplexity: number;
  /** KL(p_dense || p_model), nats. */
  readonly kl: number;
  /** Share of positions at which both models find the same token most probable. */
  readonly agreement: number;
}

/** Adds up how a model does against the dense one, a measuring set at a time. */
export class QualityTally {
  private nll = 0;
  private kl = 0;
  private agreeing = 0;
  private positions = 0;

  async add(transformer: Transformer, set: MeasuringSet, weights: ModelWeights): Promise<void> {
    for (const [index, batch] of set.batches.entries()) {
      using hidden = await transformer.hidden(weights, batch, set.startFor(weights, index));
      using teacher = await set.teacherOf(index);
      const { kl, nll, top, teacherTop } = await transformer.measure(teacher, weights, hidden, nextTokens(batch));
      const agreeing = top.map((token, position) => (token === teacherTop[position] ? 1 : 0));
      this.nll += sumOverPredicted(nll, batch).sum;
      this.kl += sumOverPredicted(kl, batch).sum;
      this.agreeing += sumOverPredicted(agreeing, batch).sum;
      this.positions += sumOverPredicted(nll, batch).count;
    }
  }

  /** NaN where nothing was added. */
  get quality(): ModelQuality {
    return {
      perplexity: Math.exp(this.nll / this.positions),
      kl: this.kl / this.positions,
      agreement: this.agreeing / this.positions,
    };
  }
}
