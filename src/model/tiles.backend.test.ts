import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime, onGpu } from '../runtime/testing.ts';
import { DenseWeights } from './dense-weights.ts';
import { argMax, checkCandidates, checkGradients, largestError, logitsOf, lossAndGradients, onModel } from './golden-checks.fixture.ts';
import { candidateSource, readGolden } from './golden.fixture.ts';
import type { Golden } from './golden.fixture.ts';
import { Head } from './head.ts';
import { FINAL_NORM } from './parameters.ts';
import { Programs } from './programs.ts';
import type { ProgramName, RunProgram } from './programs.ts';
import { liveWeights } from './live-weights.ts';
import { lossWeights, nextTokens } from './token-batches.ts';
import { Transformer } from './transformer.ts';

/** Cuts the tables of the goldens into three to six tiles of which the last is shorter, and batches into chunks. */
const bindingLimit = 4400;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime({ bindingLimit });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

/** A head of its own in six tiles and a tied one in three. */
describe.each(fewOnGpu(['llama-gqa', 'llama-mha'], 1))('%s with embedding and head in tiles', (name) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await readGolden(name);
  });

  it('loads tiles that fit the limit, looks up the same rows, and reads the whole tables back', async () => {
    const { source, batch } = golden;
    const table = await source.read('model.embed_tokens.weight');
    const { hidden: width, vocabulary } = source.spec;
    await onModel(runtime, source, async ({ transformer, weights }) => {
      const sizes = weights.embedding.map(({ tensor }) => tensor.shape[0] ?? 0);
      expect(sizes.length).toBeGreaterThanOrEqual(3);
      expect(sizes.at(-1)).toBeLessThan(sizes[0] ?? 0);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(vocabulary);
      for (const { tensor } of [...weights.embedding, ...weights.head]) expect(tensor.bytes).toBeLessThanOrEqual(bindingLimit);
      using embedded = await transformer.embed(weights, batch);
      const expected = Float32Array.from([...batch.ids].flatMap((id) => [...table.subarray(id * width, (id + 1) * width)]));
      expect(await readFloats(runtime, embedded)).toEqual(expected);
      const read = liveWeights(runtime, weights).read;
      for (const tensor of ['model.embed_tokens.weight', 'model.norm.weight', ...(source.spec.tiedHead ? [] : ['lm_head.weight'])]) {
        expect(await read(tensor)).toEqual(await source.read(tensor));
      }
      const outside = { ids: Int32Array.of(0, vocabulary), sequences: 1, length: 2 };
      await expect(transformer.embed(weights, outside)).rejects.toThrow(RangeError);
    });
  });

  it('computes the logits, the loss and every gradient', async () => {
    const { source, batch, tolerances } = golden;
    await onModel(runtime, source, async (bench) => {
      expect(largestError(await logitsOf(bench, batch), await golden.floats('logits'))).toBeLessThan(tolerances.logits_max_abs);
      await checkGradients(runtime, bench, golden, 'dense', golden.crossEntropy);
    });
    await onModel(runtime, await candidateSource(golden, 0), async (bench) => {
      expect(largestError(await logitsOf(bench, batch), await golden.floats('candidate.0/logits'))).toBeLessThan(tolerances.candidate_logits_max_abs);
      await checkGradients(runtime, bench, golden, 'candidate.0', golden.candidates[0]?.ce ?? Number.NaN);
    });
  });

  it('measures every candidate against the dense model, also with probabilities that are not kept', async () => {
    expect.hasAssertions();
    await onModel(runtime, golden.source, (bench) => checkCandidates(runtime, bench, golden, onGpu ? 2 : golden.candidates.length));
  });

  it('finds the most probable tokens, whichever tile they are in', async () => {
    const logits = await golden.floats('logits');
    const width = golden.source.spec.vocabulary;
    await onModel(runtime, golden.source, async ({ transformer, weights }) => {
      using hidden = await transformer.hidden(weights, golden.batch);
      using teacher = await transformer.teacher(weights, hidden);
      const { top, teacherTop } = await transformer.measure(teacher, weights, hidden, nextTokens(golden.batch));
      const expected = Array.from(top, (_, row) => argMax(logits.subarray(row * width, (row + 1) * width)));
      expect([...top]).toEqual(expected);
      expect([...teacherTop]).toEqual(expected);
    });
  });

  it('adds up KL and cross-entropy, and takes the loss, without reading anything back', async () => {
    await onModel(runtime, golden.source, async ({ transformer, weights }) => {
      const targets = nextTokens(golden.batch);
      using hidden = await transformer.hidden(weights, golden.batch);
      using other = await transformer.embed(weights, golden.batch); // as of another model
      const { readbacks } = runtime.work();
      using teacher = await transformer.teacher(weights, hidden);
      using table = runtime.zeros([3, 1]);
      await transformer.addKl(teacher, weights, other, { table, places: targets.map(() => 0) });
      await transformer.addNll(weights, other, targets, { table, places: targets.map((_, token) => 1 + (token % 2)) });
      const { loss, gradients } = await transformer.lossAndGradients(weights, golden.batch);
      for (const tensor of [loss, ...gradients.values()]) tensor.dispose();
      expect(runtime.work().readbacks).toBe(readbacks);
      const measured = await transformer.measure(teacher, weights, other, targets);
      const sumOf = (values: Float32Array, parity?: number): number => values.reduce((sum, value, token) => sum + (parity === undefined || token % 2 === parity ? value : 0), 0);
      const expected = [sumOf(measured.kl), sumOf(measured.nll, 0), sumOf(measured.nll, 1)];
      const sums = await readFloats(runtime, table);
      expected.forEach((value, row) => expect(Math.abs((sums[row] ?? Number.NaN) / value - 1)).toBeLessThan(1e-5));
    });
  });

  it('gives the other gradients bit by bit where embedding and head are left as they are', async () => {
    await onModel(runtime, golden.source, async (bench) => {
      const full = await lossAndGradients(runtime, bench, golden.batch);
      const frozen = await lossAndGradients(runtime, bench, golden.batch, { embeddings: false });
      expect(frozen.loss).toBe(full.loss);
      expect(frozen.gradients.has(FINAL_NORM)).toBe(true);
      for (const [tensor, values] of frozen.gradients) expect([tensor, values]).toEqual([tensor, full.gradients.get(tensor)]);
    });
  });
});

/** Runs programs until one of a name is asked for the nth time. */
function failingAt(programs: Programs, name: ProgramName, nth: number): RunProgram {
  let asked = 0;
  return async (program, feeds) => {
    if (program === name && ++asked === nth) throw new Error(`no more ${name}`);
    return programs.run(program, feeds);
  };
}

it.each([
  ['tile.total', 2],
  ['tile.teacher', 2],
  ['tile.targets', 2],
  ['tile.loss', 2],
  ['tile.loss', 7], // of a later chunk
  ['head.norm-backward', 1],
] as const)('frees everything where %s fails at run %i', async (name, nth) => {
  const { source, batch } = await readGolden('llama-gqa');
  await onModel(runtime, source, async ({ transformer, weights }) => {
    using hidden = await transformer.hidden(weights, batch);
    const before = runtime.live();
    await using programs = new Programs(runtime, source.spec);
    const head = new Head(runtime, failingAt(programs, name, nth), 64 << 20);
    const gradients = new Map<string, Tensor>();
    const targets = { targets: nextTokens(batch), weights: lossWeights(batch) };
    const work = async (): Promise<void> => {
      using _ = await head.teacher(weights, hidden);
      const { loss, dx } = await head.loss(weights, hidden, targets, { embeddings: true }, gradients);
      loss.dispose();
      dx.dispose();
    };
    await expect(work()).rejects.toThrow(`no more ${name}`);
    for (const gradient of gradients.values()) gradient.dispose();
    expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});

it('takes tokens of a head in one tile a chunk at a time in training where their logits are many', async () => {
  const golden = await readGolden('qwen2');
  const whole = await makeRuntime();
  {
    await using chunked = await Transformer.create(whole, golden.source.spec, { logitsBytes: 7 * golden.source.spec.vocabulary * 4 });
    using dense = await DenseWeights.load(whole, golden.source);
    expect(dense.weights.head.length).toBe(1);
    await checkGradients(whole, { transformer: chunked, weights: dense.weights }, golden, 'dense', golden.crossEntropy);
  }
  expect(whole.live().tensors).toBe(0);
  await whole[Symbol.asyncDispose]();
});
