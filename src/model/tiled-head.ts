import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import type { HeadWork, LossTargets, Measurement, TrainingScope } from './head-work.ts';
import { LogSumExp } from './log-sum-exp.ts';
import { EMBEDDING, FINAL_NORM, HEAD } from './parameters.ts';
import type { ProgramName, RunProgram } from './programs.ts';
import { namedTiles, rowRanges } from './table.ts';
import type { RowRange, Tile } from './table.ts';
import { take } from './take.ts';
import { TeacherChunk } from './teacher.ts';
import type { ModelWeights } from './weights.ts';

type Feeds = Readonly<Record<string, Tensor>>;

/**
 * The head in any number of tiles: every tile's logits are made, used and freed before the next tile's. Exact over the
 * whole vocabulary: the tiles' log sum exps are put together on the host in float64.
 */
export class TiledHead implements HeadWork {
  readonly #runtime: Runtime;
  readonly #run: RunProgram;
  readonly #rowsAtOnce: (weights: ModelWeights) => number;

  /** `rowsAtOnce`: tokens whose logits are held at once in training. */
  constructor(runtime: Runtime, run: RunProgram, rowsAtOnce: (weights: ModelWeights) => number) {
    this.#runtime = runtime;
    this.#run = run;
    this.#rowsAtOnce = rowsAtOnce;
  }

  async logits(weights: ModelWeights, hidden: Tensor, range: RowRange): Promise<Float32Array> {
    using normed = await this.#normed(weights, hidden, range);
    const { vocabulary } = weights.spec;
    const rows = range.end - range.start;
    const joined = new Float32Array(rows * vocabulary);
    for (const tile of weights.head) {
      using part = take(await this.#run('tile.logits', { normed, tile: tile.tensor }), 'logits');
      const values = await readFloats(this.#runtime, part);
      const words = tile.end - tile.start;
      for (let row = 0; row < rows; row++) joined.set(values.subarray(row * words, (row + 1) * words), row * vocabulary + tile.start);
    }
    return joined;
  }

  /** Two passes: log sum exp over all tiles, then the probabilities of each. */
  async teacher(weights: ModelWeights, hidden: Tensor, range: RowRange): Promise<TeacherChunk> {
    using normed = await this.#normed(weights, hidden, range);
    const rows = range.end - range.start;
    const total = new LogSumExp(rows);
    for (const { tensor } of weights.head) {
      const [max = [], greatest = []] = await this.#stats('tile.total', { normed, tile: tensor });
      total.add({ max, greatest });
    }
    const shares = new Float32Array(rows).fill(1);
    using fed = this.#scale(total, shares);
    const negEntropy = total.values().map((logSum, row) => (total.max[row] ?? Number.NaN) - logSum); // sum p log p = sum p (z - max) + max - logsumexp
    const made: Tensor[] = [];
    try {
      for (const { tensor } of weights.head) {
        const outputs = await this.#run('tile.teacher', { normed, tile: tensor, max: fed.max, scale: fed.scale });
        made.push(take(outputs, 'probabilities'));
        using product = take(outputs, 'product');
        addTo(negEntropy, await readFloats(this.#runtime, product));
      }
      return new TeacherChunk(range, made, this.#runtime.upload(Float32Array.from(negEntropy), [rows]));
    } catch (error) {
      for (const tensor of made) tensor.dispose();
      throw error;
    }
  }

  async kl(chunk: TeacherChunk, weights: ModelWeights, hidden: Tensor): Promise<Float32Array> {
    using normed = await this.#normed(weights, hidden, chunk);
    const rows = chunk.end - chunk.start;
    const total = new LogSumExp(rows);
    const products = new Float64Array(rows); // sum p z
    for (const { tile, probabilities } of pairs(chunk, weights)) {
      const [max = [], greatest = [], product = []] = await this.#stats('tile.kl', { normed, tile: tile.tensor, probabilities });
      total.add({ max, greatest });
      addTo(products, product);
    }
    return this.#divergence(chunk, total, products);
  }

  async measure(chunk: TeacherChunk, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Measurement> {
    using normed = await this.#normed(weights, hidden, chunk);
    const rows = chunk.end - chunk.start;
    const total = new LogSumExp(rows);
    const products = new Float64Array(rows);
    const logits = new Float64Array(rows); // of the targets
    const [model, teacher] = [new Best(rows), new Best(rows)];
    for (const { tile, probabilities } of pairs(chunk, weights)) {
      using places = this.#places(tile, targets);
      const outputs = await this.#run('tile.measure', { normed, tile: tile.tensor, probabilities, places });
      using top = take(outputs, 'top');
      using teacherTop = take(outputs, 'teacherTop');
      const [max = [], greatest = [], product = [], chosen = [], mostProbable = []] = await this.#columns(outputs);
      total.add({ max, greatest });
      addTo(products, product);
      takeTargets(logits, tile, targets, chosen);
      model.add(max, await this.#runtime.read(top), tile);
      teacher.add(mostProbable, await this.#runtime.read(teacherTop), tile);
    }
    const nll = Float32Array.from(total.values(), (logSum, row) => logSum - (logits[row] ?? Number.NaN));
    return { kl: await this.#divergence(chunk, total, products), nll, top: model.places, teacherTop: teacher.places };
  }

  async loss(
    weights: ModelWeights,
    hidden: Tensor,
    targets: LossTargets,
    scope: Required<TrainingScope>,
    gradients: Map<string, Tensor>,
  ): Promise<{ loss: number; dx: Tensor }> {
    const tokens = targets.targets.length;
    using dNormed = this.#runtime.zeros([tokens, weights.spec.hidden]);
    let loss = 0;
    for (const range of rowRanges(tokens, this.#rowsAtOnce(weights))) {
      using normed = await this.#normed(weights, hidden, range);
      const part = { targets: targets.targets.slice(range.start, range.end), weights: targets.weights.slice(range.start, range.end) };
      const { total, logits } = await this.#targetLogits(weights, normed, part.targets);
      total.values().forEach((logSum, row) => (loss += (part.weights[row] ?? Number.NaN) * (logSum - (logits[row] ?? Number.NaN))));
      await this.#addGradients(weights, normed, part, total, scope, { dNormed, range, gradients });
    }
    const outputs = await this.#run('head.norm-backward', { hidden, norm: weights.finalNorm, dnormed: dNormed });
    gradients.set(FINAL_NORM, take(outputs, 'grad.norm'));
    return { loss, dx: take(outputs, 'dx') };
  }

  /** First pass of the loss: log sum exp over all tiles, and the targets' logits. */
  async #targetLogits(weights: ModelWeights, normed: Tensor, targets: Int32Array): Promise<{ total: LogSumExp; logits: Float64Array }> {
    const total = new LogSumExp(targets.length);
    const logits = new Float64Array(targets.length);
    for (const tile of weights.head) {
      using places = this.#places(tile, targets);
      const [max = [], greatest = [], chosen = []] = await this.#stats('tile.targets', { normed, tile: tile.tensor, places });
      total.add({ max, greatest });
      takeTargets(logits, tile, targets, chosen);
    }
    return { total, logits };
  }

  /** Second pass of the loss: adds the gradients of some tokens, a tile at a time. */
  async #addGradients(
    { spec, head }: ModelWeights,
    normed: Tensor,
    { targets, weights }: LossTargets,
    total: LogSumExp,
    { embeddings }: Required<TrainingScope>,
    { dNormed, range, gradients }: { readonly dNormed: Tensor; readonly range: RowRange; readonly gradients: Map<string, Tensor> },
  ): Promise<void> {
    const rows = targets.length;
    using fed = this.#scale(total, weights);
    using ids = this.#runtime.upload(targets, [rows, 1]);
    using shares = this.#runtime.upload(weights, [rows, 1]);
    for (const [name, tile] of namedTiles(spec.tiedHead ? EMBEDDING : HEAD, head)) {
      const words = tile.end - tile.start;
      using columns = this.#runtime.upload(numbers(tile), [words]);
      const feeds = { normed, tile: tile.tensor, max: fed.max, scale: fed.scale, targets: ids, weights: shares, columns };
      const outputs = await this.#run(embeddings ? 'tile.loss' : 'tile.loss-frozen', feeds);
      if (embeddings) await this.#accumulate(gradients, name, take(outputs, 'grad.tile'), words);
      using share = take(outputs, 'dnormed');
      await this.#runtime.scatterAddRows(dNormed, numbers(range), share);
    }
  }

  async #accumulate(gradients: Map<string, Tensor>, name: string, gradient: Tensor, rows: number): Promise<void> {
    const known = gradients.get(name);
    if (known === undefined) {
      gradients.set(name, gradient);
      return;
    }
    using added = gradient;
    await this.#runtime.scatterAddRows(known, numbers({ start: 0, end: rows }), added);
  }

  /** The final norm of some tokens `[rows, d]`. */
  async #normed({ finalNorm }: ModelWeights, hidden: Tensor, { start, end }: RowRange): Promise<Tensor> {
    using from = this.#runtime.upload(BigInt64Array.of(BigInt(start)), [1]);
    using to = this.#runtime.upload(BigInt64Array.of(BigInt(end)), [1]);
    return take(await this.#run('head.norm', { hidden, norm: finalNorm, start: from, end: to }), 'normed');
  }

  async #stats(name: ProgramName, feeds: Feeds): Promise<Float32Array[]> {
    return await this.#columns(await this.#run(name, feeds));
  }

  /** Reads `stats [rows, values]`, one array a value, and frees it. */
  async #columns(outputs: Readonly<Record<string, Tensor>>): Promise<Float32Array[]> {
    using stats = take(outputs, 'stats');
    const [rows = 0, width = 0] = stats.shape;
    const values = await readFloats(this.#runtime, stats);
    return Array.from({ length: width }, (_, column) => Float32Array.from({ length: rows }, (_value, row) => values[row * width + column] ?? Number.NaN));
  }

  /** `max` and `scale = weight exp(max - logsumexp)`, `[rows, 1]`: what makes weighted probabilities of a tile's logits. */
  #scale(total: LogSumExp, weights: Float32Array): { readonly max: Tensor; readonly scale: Tensor } & Disposable {
    const scales = total.values().map((logSum, row) => (weights[row] ?? Number.NaN) * Math.exp((total.max[row] ?? Number.NaN) - logSum));
    const shape = [weights.length, 1];
    const max = this.#runtime.upload(Float32Array.from(total.max), shape);
    const scale = this.#runtime.upload(Float32Array.from(scales), shape);
    return { max, scale, [Symbol.dispose]: () => [max, scale].forEach((tensor) => tensor.dispose()) };
  }

  /** Where each target lies in a tile; 0 for those that lie in another. */
  #places(tile: RowRange, targets: Int32Array): Tensor {
    return this.#runtime.upload(targets.map((id) => (isIn(tile, id) ? id - tile.start : 0)), [targets.length]);
  }

  /** KL = sum p log p + logsumexp(z) - sum p z. */
  async #divergence({ negEntropy }: TeacherChunk, total: LogSumExp, products: Float64Array): Promise<Float32Array> {
    const own = await readFloats(this.#runtime, negEntropy);
    return Float32Array.from(total.values(), (logSum, row) => (own[row] ?? Number.NaN) + logSum - (products[row] ?? Number.NaN));
  }
}

/** The greatest value of each row over all tiles and where it is: the first of equals. */
class Best {
  readonly places: Int32Array;
  readonly #values: Float64Array;

  constructor(rows: number) {
    this.places = new Int32Array(rows);
    this.#values = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  }

  add(values: ArrayLike<number>, places: ArrayLike<number | bigint>, { start }: RowRange): void {
    for (let row = 0; row < this.places.length; row++) {
      const value = values[row] ?? Number.NaN;
      if (!(value > (this.#values[row] ?? Number.NaN))) continue;
      this.#values[row] = value;
      this.places[row] = start + Number(places[row]);
    }
  }
}

/** Every tile with the teacher's probabilities of its words. */
function pairs({ probabilities }: TeacherChunk, { head }: ModelWeights): { tile: Tile; probabilities: Tensor }[] {
  if (probabilities.length !== head.length) throw new RangeError(`a teacher in ${probabilities.length} tiles for a head in ${head.length}`);
  return head.flatMap((tile, index) => {
    const part = probabilities[index];
    return part === undefined ? [] : [{ tile, probabilities: part }];
  });
}

const isIn = ({ start, end }: RowRange, id: number): boolean => id >= start && id < end;

/** `start, start + 1, ...` to before `end`. */
const numbers = ({ start, end }: RowRange): Int32Array => Int32Array.from({ length: end - start }, (_, index) => start + index);

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? Number.NaN) + (values[index] ?? Number.NaN);
}

/** Keeps the logits of those targets that lie in the tile. */
function takeTargets(logits: Float64Array, tile: RowRange, targets: Int32Array, chosen: ArrayLike<number>): void {
  targets.forEach((id, row) => {
    if (isIn(tile, id)) logits[row] = chosen[row] ?? Number.NaN;
  });
}
