import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import type { HeadWork, LossTargets, Measurement, TrainingScope } from './head-work.ts';
import { EMBEDDING, FINAL_NORM, HEAD } from './parameters.ts';
import type { ProgramName, RunProgram } from './programs.ts';
import type { RowRange } from './table.ts';
import { take } from './take.ts';
import { TeacherChunk } from './teacher.ts';
import type { ModelWeights } from './weights.ts';

/** The head in one tile: a program for each task, softmax included, which also takes the final norm. */
export class FusedHead implements HeadWork {
  readonly #runtime: Runtime;
  readonly #run: RunProgram;

  constructor(runtime: Runtime, run: RunProgram) {
    this.#runtime = runtime;
    this.#run = run;
  }

  async logits(weights: ModelWeights, hidden: Tensor, range: RowRange): Promise<Float32Array> {
    using logits = take(await this.#runRows('head.logits', weights, hidden, range), 'logits');
    return await readFloats(this.#runtime, logits);
  }

  async teacher(weights: ModelWeights, hidden: Tensor, range: RowRange): Promise<TeacherChunk> {
    const outputs = await this.#runRows('head.teacher', weights, hidden, range);
    return new TeacherChunk(range, [take(outputs, 'probabilities')], take(outputs, 'negEntropy'));
  }

  async kl(chunk: TeacherChunk, weights: ModelWeights, hidden: Tensor): Promise<Tensor> {
    return take(await this.#runRows('head.kl', weights, hidden, chunk, teacherFeeds(chunk)), 'kl');
  }

  async nll(range: RowRange, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Tensor> {
    using rows = this.#runtime.upload(targets.slice(), [targets.length]);
    return take(await this.#runRows('head.nll', weights, hidden, range, { targets: rows }), 'nll');
  }

  async measure(chunk: TeacherChunk, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Measurement> {
    using rows = this.#runtime.upload(targets.slice(), [targets.length]);
    const outputs = await this.#runRows('head.measure', weights, hidden, chunk, { ...teacherFeeds(chunk), targets: rows });
    const read = async (name: string): Promise<number[]> => {
      using values = take(outputs, name);
      return Array.from(await this.#runtime.read(values), Number);
    };
    return {
      kl: Float32Array.from(await read('kl')),
      nll: Float32Array.from(await read('nll')),
      top: Int32Array.from(await read('top')),
      teacherTop: Int32Array.from(await read('teacherTop')),
    };
  }

  async loss(
    { spec, finalNorm, head }: ModelWeights,
    hidden: Tensor,
    { targets, weights }: LossTargets,
    { embeddings }: Required<TrainingScope>,
    gradients: Map<string, Tensor>,
  ): Promise<{ loss: Tensor; dx: Tensor }> {
    using rows = this.#runtime.upload(targets.slice(), [targets.length]);
    using shares = this.#runtime.upload(weights.slice(), [weights.length]);
    const feeds = { hidden, norm: finalNorm, head: onlyTile(head), targets: rows, weights: shares };
    const outputs = await this.#run(embeddings ? 'head.loss' : 'head.loss-frozen', feeds);
    gradients.set(FINAL_NORM, take(outputs, 'grad.norm'));
    if (embeddings) gradients.set(spec.tiedHead ? EMBEDDING : HEAD, take(outputs, 'grad.head'));
    return { loss: take(outputs, 'loss'), dx: take(outputs, 'dx') };
  }

  async #runRows(
    name: ProgramName,
    { finalNorm, head }: ModelWeights,
    hidden: Tensor,
    { start, end }: RowRange,
    more: Readonly<Record<string, Tensor>> = {},
  ): Promise<Record<string, Tensor>> {
    using from = this.#runtime.upload(BigInt64Array.of(BigInt(start)), [1]);
    using to = this.#runtime.upload(BigInt64Array.of(BigInt(end)), [1]);
    return await this.#run(name, { hidden, norm: finalNorm, head: onlyTile(head), start: from, end: to, ...more });
  }
}

function teacherFeeds({ probabilities: [probabilities, ...more], negEntropy }: TeacherChunk): Record<string, Tensor> {
  if (probabilities === undefined || more.length > 0) throw new RangeError('a teacher in tiles for a head in one');
  return { probabilities, negEntropy };
}

function onlyTile([tile, ...more]: ModelWeights['head']): Tensor {
  if (tile === undefined || more.length > 0) throw new RangeError(`a head in ${more.length + 1} tiles where one is needed`);
  return tile.tensor;
}
