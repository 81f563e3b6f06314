import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime } from '../runtime/testing.ts';
import { candidateSource, goldenNames, readGolden } from './golden.fixture.ts';
import type { Golden } from './golden.fixture.ts';
import { argMax, checkCandidates, checkGradients, largestError, logitsOf, onModel } from './golden-checks.fixture.ts';
import { nextTokens } from './token-batches.ts';
import { Transformer } from './transformer.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

describe.each(fewOnGpu(goldenNames, 2))('%s', (name) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await readGolden(name);
  });

  it('computes the logits of the dense model', async () => {
    await onModel(runtime, golden.source, async (bench) => {
      expect(largestError(await logitsOf(bench, golden.batch), await golden.floats('logits'))).toBeLessThan(golden.tolerances.logits_max_abs);
    });
  });

  it('computes the loss and the gradients of the dense model', async () => {
    expect.hasAssertions();
    await onModel(runtime, golden.source, (bench) => checkGradients(runtime, bench, golden, 'dense', golden.crossEntropy));
  });

  it('computes the Gram matrices that the Hessians are made of', async () => {
    await onModel(runtime, golden.source, async ({ transformer, weights }) => {
      const batch = golden.calibration;
      let x = await transformer.embed(weights, batch);
      for (const module of weights.modules) {
        if (module === null) continue;
        using input: Tensor = x;
        const { output, gram } = await transformer.calibrate(module, input, batch);
        x = output;
        using matrix = gram;
        const projection = module.kind === 'attention' ? 'self_attn.o_proj' : 'mlp.down_proj';
        const expected = await golden.floats(`H/model.layers.${module.layer}.${projection}`);
        const found = (await readFloats(runtime, matrix)).map((value) => (value * 2) / batch.ids.length);
        const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        expect(largestError(found, expected) / scale).toBeLessThan(golden.tolerances.hessian_max_abs_over_max);
      }
      x.dispose();
    });
  });

  it('computes logits and gradients of a ragged candidate', async () => {
    await onModel(runtime, await candidateSource(golden, 0), async (bench) => {
      const found = await logitsOf(bench, golden.batch);
      expect(largestError(found, await golden.floats('candidate.0/logits'))).toBeLessThan(golden.tolerances.candidate_logits_max_abs);
      await checkGradients(runtime, bench, golden, 'candidate.0', golden.candidates[0]!.ce);
    });
  });

  it('measures every candidate against the dense model', async () => {
    expect.hasAssertions();
    await onModel(runtime, golden.source, (bench) => checkCandidates(runtime, bench, golden, golden.candidates.length));
  });

  it('finds the most probable tokens', async () => {
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

  it('gives the same from a kept module input, and in chunks', async () => {
    const { batch, source } = golden;
    await onModel(runtime, await candidateSource(golden, 0), async ({ transformer, weights }) => {
      const kept = [await transformer.embed(weights, batch)];
      for (const module of weights.modules) kept.push(module === null ? kept.at(-1)! : await transformer.module(module, kept.at(-1)!, batch));
      const final = await readFloats(runtime, kept.at(-1)!);
      for (const [index, hidden] of kept.entries()) {
        using resumed = await transformer.hidden(weights, batch, { index, hidden });
        expect(largestError(await readFloats(runtime, resumed), final)).toBe(0);
      }
      const chunked = await Transformer.create(runtime, source.spec, { logitsBytes: 7 * source.spec.vocabulary * 4 });
      const results: Float32Array[] = [];
      for (const instance of [transformer, chunked]) {
        using teacher = await instance.teacher(weights, kept.at(0)!);
        results.push(await instance.kl(teacher, weights, kept.at(-1)!));
        const passing = instance.passingTeacher(weights, kept.at(0)!);
        expect(await instance.kl(passing, weights, kept.at(-1)!)).toEqual(results.at(-1));
      }
      await chunked[Symbol.asyncDispose]();
      expect(largestError(results[0]!, results[1]!)).toBeLessThan(1e-5);
      for (const tensor of kept) tensor.dispose();
    });
  });
});
