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
 * whole vocabulary: the tiles' log sum exps are put together, on the device for fitness and training, which read nothing back.
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
    using total = this.#running(rows, []);
    for (const { tensor } of weights.head) await total.advance('tile.total', { normed, tile: tensor });
    using entropy = this.#runtime.zeros([rows, 1]); // sum p (z - max)
    const made: Tensor[] = [];
    try {
      for (const { tensor } of weights.head) {
        const outputs = await this.#run('tile.teacher', { normed, tile: tensor, ...total.feeds });
        made.push(take(outputs, 'probabilities'));
        using product = take(outputs, 'product');
        await this.#runtime.scatterAddRows(entropy, numbers({ start: 0, end: rows }), product);
      }
      const outputs = await this.#run('tile.entropy', { product: entropy, sum: total.of('sum') });
      return new TeacherChunk(range, made, take(outputs, 'negEntropy'));
    } catch (error) {
      for (const tensor of made) tensor.dispose();
      throw error;
    }
  }

  async kl(chunk: TeacherChunk, weights: ModelWeights, hidden: Tensor): Promise<Tensor> {
    using normed = await this.#normed(weights, hidden, chunk);
    using running = this.#running(chunk.end - chunk.start, ['product']);
    for (const { tile, probabilities } of pairs(chunk, weights)) await running.advance('tile.kl', { normed, tile: tile.tensor, probabilities });
    return take(await this.#run('tile.divergence', { negEntropy: chunk.negEntropy, ...running.feeds }), 'kl');
  }

  async nll(range: RowRange, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Tensor> {
    using normed = await this.#normed(weights, hidden, range);
    using running = await this.#targetLogits(weights, normed, targets);
    using shares = this.#runtime.upload(new Float32Array(targets.length).fill(1), [targets.length, 1]);
    return take(await this.#run('tile.nll', { ...running.feeds, weights: shares }), 'nll');
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
  ): Promise<{ loss: Tensor; dx: Tensor }> {
    const tokens = targets.targets.length;
    using dNormed = this.#runtime.zeros([tokens, weights.spec.hidden]);
    const loss = this.#runtime.zeros([1, 1]);
    try {
      for (const range of rowRanges(tokens, this.#rowsAtOnce(weights))) {
        using normed = await this.#normed(weights, hidden, range);
        const part = { targets: targets.targets.slice(range.start, range.end), weights: targets.weights.slice(range.start, range.end) };
        using total = await this.#targetLogits(weights, normed, part.targets);
        using shares = this.#runtime.upload(part.weights, [part.weights.length, 1]);
        using nll = take(await this.#run('tile.nll', { ...total.feeds, weights: shares }), 'nll');
        await this.#runtime.scatterAddRows(loss, new Int32Array(part.weights.length), nll);
        await this.#addGradients(weights, { normed, shares, total }, part.targets, scope, { dNormed, range, gradients });
      }
      const outputs = await this.#run('head.norm-backward', { hidden, norm: weights.finalNorm, dnormed: dNormed });
      gradients.set(FINAL_NORM, take(outputs, 'grad.norm'));
      return { loss, dx: take(outputs, 'dx') };
    } catch (error) {
      loss.dispose();
      throw error;
    }
  }

  /** First pass over the tiles: log sum exp, and the targets' logits (`chosen`); the caller's. */
  async #targetLogits(weights: ModelWeights, normed: Tensor, targets: Int32Array): Promise<Running> {
    const running = this.#running(targets.length, ['chosen']);
    try {
      for (const tile of weights.head) {
        using places = this.#places(tile, targets);
        using here = this.#runtime.upload(Float32Array.from(targets, (id) => (isIn(tile, id) ? 1 : 0)), [targets.length, 1]);
        await running.advance('tile.targets', { normed, tile: tile.tensor, places, here });
      }
      return running;
    } catch (error) {
      running[Symbol.dispose]();
      throw error;
    }
  }

  /** Second pass of the loss: adds the gradients of some tokens, a tile at a time. */
  async #addGradients(
    { spec, head }: ModelWeights,
    { normed, shares, total }: { readonly normed: Tensor; readonly shares: Tensor; readonly total: Running },
    targets: Int32Array,
    { embeddings }: Required<TrainingScope>,
    { dNormed, range, gradients }: { readonly dNormed: Tensor; readonly range: RowRange; readonly gradients: Map<string, Tensor> },
  ): Promise<void> {
    using ids = this.#runtime.upload(targets, [targets.length, 1]);
    for (const [name, tile] of namedTiles(spec.tiedHead ? EMBEDDING : HEAD, head)) {
      const words = tile.end - tile.start;
      using columns = this.#runtime.upload(numbers(tile), [words]);
      const feeds = { normed, tile: tile.tensor, max: total.of('max'), sum: total.of('sum'), targets: ids, weights: shares, columns };
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

  #running(rows: number, more: readonly string[]): Running {
    return new Running(this.#runtime, this.#run, rows, more);
  }

  /** Reads `stats [rows, values]`, one array a value, and frees it. */
  async #columns(outputs: Readonly<Record<string, Tensor>>): Promise<Float32Array[]> {
    using stats = take(outputs, 'stats');
    const [rows = 0, width = 0] = stats.shape;
    const values = await readFloats(this.#runtime, stats);
    return Array.from({ length: width }, (_, column) => Float32Array.from({ length: rows }, (_value, row) => values[row * width + column] ?? Number.NaN));
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

/** Lower than any logit, and finite: infinities need not be exact on every device. */
const LOWEST = -1e30;

/** Values of each row that go on from tile to tile on the device, `[rows, 1]`: `max`, `sum`, and others that begin at 0. */
class Running implements Disposable {
  readonly #run: RunProgram;
  readonly #values = new Map<string, Tensor>();

  constructor(runtime: Runtime, run: RunProgram, rows: number, more: readonly string[]) {
    this.#run = run;
    this.#values.set('max', runtime.upload(new Float32Array(rows).fill(LOWEST), [rows, 1]));
    for (const name of ['sum', ...more]) this.#values.set(name, runtime.zeros([rows, 1]));
  }

  /** All values by name, borrowed. */
  get feeds(): Feeds {
    return Object.fromEntries(this.#values);
  }

  of(name: string): Tensor {
    return take(this.feeds, name);
  }

  /** Takes another tile in: runs a program that has every value as an input, and as an output with `next.` before its name. */
  async advance(name: ProgramName, feeds: Feeds): Promise<void> {
    const outputs = await this.#run(name, { ...feeds, ...this.feeds });
    for (const [value, before] of this.#values) {
      before.dispose();
      this.#values.set(value, take(outputs, `next.${value}`));
    }
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#values.values()) tensor.dispose();
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
