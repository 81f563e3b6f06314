import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { irregularSpec, randomModel, readerOf, specArbitrary } from '../model/plain-model.fixture.ts';
import { kvHeads, queryHeads } from '../model/spec.ts';
import type { ModelSpec } from '../model/spec.ts';
import { ModelProtoSchema } from '../onnx/onnx_pb.js';
import type { GraphProto, ModelProto, ValueInfoProto } from '../onnx/onnx_pb.js';
import { exportedBytes, exportOnnx } from './onnx-model.ts';
import { neededTensors } from '../model/expected-tensors.ts';

async function exported(spec: ModelSpec, metadata: Record<string, string> = {}): Promise<{ bytes: Uint8Array; model: ModelProto; graph: GraphProto }> {
  const bytes = await exportOnnx({ spec, readTensor: readerOf(randomModel(spec, 1)), metadata });
  const model = fromBinary(ModelProtoSchema, bytes);
  if (model.graph === undefined) throw new TypeError('no graph');
  return { bytes, model, graph: model.graph };
}

/** `float32[batch_size, 3]` as text: type code and sizes. */
function signature({ name, type }: ValueInfoProto): [string, string] {
  if (type?.value.case !== 'tensorType') throw new TypeError(`${name} is no tensor`);
  const { elemType, shape } = type.value.value;
  return [name, `${elemType}[${shape?.dim.map(({ value }) => String(value.value)).join(', ')}]`];
}

const [FLOAT, INT64] = [1, 7];

/** Inputs and outputs in the layout of optimum. */
function layout({ layers, headDim, vocabulary }: ModelSpec): { inputs: Record<string, string>; outputs: Record<string, string> } {
  const caches = layers.flatMap((shape, layer) => (queryHeads(shape) > 0 ? ['key', 'value'].map((part) => ({ name: `${layer}.${part}`, heads: kvHeads(shape) })) : []));
  return {
    inputs: {
      input_ids: `${INT64}[batch_size, sequence_length]`,
      attention_mask: `${INT64}[batch_size, total_sequence_length]`,
      position_ids: `${INT64}[batch_size, sequence_length]`,
      ...Object.fromEntries(caches.map(({ name, heads }) => [`past_key_values.${name}`, `${FLOAT}[batch_size, ${heads}, past_sequence_length, ${headDim}]`])),
    },
    outputs: {
      logits: `${FLOAT}[batch_size, sequence_length, ${vocabulary}]`,
      ...Object.fromEntries(caches.map(({ name, heads }) => [`present.${name}`, `${FLOAT}[batch_size, ${heads}, total_sequence_length, ${headDim}]`])),
    },
  };
}

describe('the exported file', () => {
  it('has the inputs, outputs and weights that its shapes ask for, each used, and little besides', async () => {
    const property = fc.asyncProperty(specArbitrary, async (spec) => {
      const { bytes, graph } = await exported(spec);
      const { inputs, outputs } = layout(spec);
      expect(Object.fromEntries(graph.input.map(signature))).toEqual(inputs);
      expect(Object.fromEntries(graph.output.map(signature))).toEqual(outputs);
      const read = new Set(graph.node.flatMap((node) => node.input));
      expect(graph.initializer.map(({ name }) => name).filter((name) => !read.has(name))).toEqual([]);
      const used = new Set([...read, ...graph.output.map(({ name }) => name)]);
      expect(graph.node.flatMap((node) => node.output).filter((name) => !used.has(name))).toEqual([]);
      const shapes = new Map(graph.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
      for (const [name, shape] of neededTensors(spec)) {
        const stored = /(_proj|lm_head)\.weight$/.test(name) ? [...shape].reverse() : shape;
        expect([name, shapes.get(name)]).toEqual([name, stored]);
      }
      const overhead = bytes.length - exportedBytes(spec);
      expect(overhead).toBeLessThan(8_000 + 10_000 * spec.layers.length);
    });
    await fc.assert(property, { numRuns: 30, seed: 13 });
  });

  it('says which format, model and method it is', async () => {
    const { model } = await exported(irregularSpec, { base_model: 'tiny', levels: '0 1 2' });
    expect(model.irVersion).toBe(8n);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n], ['com.microsoft', 1n]]);
    const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
    expect(metadata).toMatchObject({ base_model: 'tiny', levels: '0 1 2', generator: 'DarwinLM Web' });
    expect(metadata['method']).toContain('arXiv 2502.07780');
    expect(JSON.parse(metadata['pruned_layers'] ?? '')).toEqual(irregularSpec.layers.map(({ queryGroups, channels }) => ({ heads: queryGroups, ff: channels })));
  });

  it('holds no tensor of a module that is gone, and a tied head once', async () => {
    const { graph } = await exported({ ...irregularSpec, tiedHead: true });
    const names = graph.initializer.map(({ name }) => name);
    expect(names.filter((name) => name.includes('layers.2.'))).toEqual([]);
    expect(names.filter((name) => /layers\.0\.(self_attn|input_layernorm)/.test(name))).toEqual([]);
    expect(names.filter((name) => /layers\.3\.(mlp|post_attention)/.test(name))).toEqual([]);
    expect(names).not.toContain('lm_head.weight');
    expect(graph.initializer.filter(({ rawData }) => rawData.length === 19 * 11 * 4)).toHaveLength(1);
  });

  it('repeats KV heads only where query heads share them, and makes angles once and a mask for each window', async () => {
    const { graph } = await exported(irregularSpec);
    const gathers = graph.node.filter(({ opType }) => opType === 'Gather');
    // The embedding, four rotary tables, and keys and values of the two layers whose query heads share KV heads.
    expect(gathers).toHaveLength(1 + 4 + 2 + 2);
    const masks = async (spec: ModelSpec) => (await exported(spec)).graph.node.filter(({ opType }) => opType === 'Where');
    expect(await masks({ ...irregularSpec, windows: null })).toHaveLength(1);
    expect(await masks({ ...irregularSpec, windows: [7, 3, null, 3, 2] })).toHaveLength(2);
  });
});
