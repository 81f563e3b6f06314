import { nextTokens } from '../model/token-batches.ts';
import { sumOverPredicted } from '../evaluation/predicted-positions.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import { difference, relativeError } from './difference.ts';
import type { Engine } from './engine.ts';
import type { GoldenFolder } from './golden-folder.ts';

/** Logits, cross-entropy and perplexity of the dense model on the folder's batch. */
export async function* checkDense(folder: GoldenFolder, { transformer, dense }: Engine): AsyncGenerator<Row> {
  const { golden, tensors, batch, spec, tolerance } = folder;
  using hidden = await transformer.hidden(dense, batch); // [tokens, d]
  const actual = { values: await transformer.logits(dense, hidden), shape: [batch.sequences, batch.length, spec.vocabulary] };
  const largest = new Check('logits, dense', 'logits_max_abs', tolerance('logits_max_abs'));
  largest.add('logits', difference(actual, await tensors.numbers('logits')).maxAbs);
  yield largest.row;

  using teacher = await transformer.teacher(dense, hidden);
  const { nll } = await transformer.measure(teacher, dense, hidden, nextTokens(batch));
  const { sum, count } = sumOverPredicted(nll, batch);
  const loss = new Check('loss and perplexity, dense', 'loss_rel', tolerance('loss_rel'));
  loss.add('ce', relativeError(sum / count, golden.ce));
  loss.add('ppl', relativeError(Math.exp(sum / count), golden.ppl));
  yield loss.row;
}
