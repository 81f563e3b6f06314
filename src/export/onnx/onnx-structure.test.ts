import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neededTensors } from '../../model/expected-tensors.ts';
import { irregularSpec, randomModel, specArbitrary } from '../../model/plain-model.fixture.ts';
import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { ModelProtoSchema } from '../../onnx/onnx_pb.js';
import type { GraphProto, ModelProto, ValueInfoProto } from '../../onnx/onnx_pb.js';
import { onnxPrecisions } from '../formats.ts';
import type { OnnxPrecision } from '../formats.ts';
import { exportedBytes, heldModel } from './exported-file.fixture.ts';
import type { OnnxPlan } from './onnx-model.ts';

interface Exported {
  readonly bytes: Uint8Array;
  readonly model: ModelProto;
  readonly graph: GraphProto;
}

async function exported(spec: ModelSpec, options: Partial<OnnxPlan> = {}): Promise<Exported> {
  const bytes = await exportedBytes(randomModel(spec, 1), options);
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

const [FLOAT, INT64, FLOAT16] = [1, 7, 10];

type Names = Record<string, string>;

/** Inputs and outputs in the layout of optimum. */
function layout({ layers, headDim, vocabulary }: ModelSpec, { precision = 'fp32', attention = 'plain' }: Partial<OnnxPlan>): { inputs: Names; outputs: Names } {
  const type = precision.endsWith('16') ? FLOAT16 : FLOAT;
  const caches = layers.flatMap((shape, layer) => (queryHeads(shape) > 0 ? ['key', 'value'].map((part) => ({ name: `${layer}.${part}`, heads: kvHeads(shape) })) : []));
  const cache = (heads: number, length: string): string => `${type}[batch_size, ${heads}, ${length}, ${headDim}]`;
  return {
    inputs: {
      input_ids: `${INT64}[batch_size, sequence_length]`,
      attention_mask: `${INT64}[batch_size, total_sequence_length]`,
      ...(attention === 'plain' && { position_ids: `${INT64}[batch_size, sequence_length]` }),
      num_logits_to_keep: `${INT64}[]`,
      ...Object.fromEntries(caches.map(({ name, heads }) => [`past_key_values.${name}`, cache(heads, 'past_sequence_length')])),
    },
    outputs: {
      logits: `${FLOAT}[batch_size, logits_length, ${vocabulary}]`,
      ...Object.fromEntries(caches.map(({ name, heads }) => [`present.${name}`, cache(heads, 'total_sequence_length')])),
    },
  };
}

/** Initializers of a weight, with their shapes. */
function initializersOf(name: string, shape: readonly number[], precision: OnnxPrecision): [string, readonly number[]][] {
  const isProjection = name.endsWith('_proj.weight');
  const [rows = 0, columns = 0] = shape;
  const blocks = Math.ceil(columns / 32);
  if (precision.startsWith('q4') && (isProjection || name === 'lm_head.weight')) return [[`${name}_Q4`, [rows, blocks, 16]], [`${name}_scales`, [rows, blocks]]];
  return [[name, isProjection ? [columns, rows] : shape]];
}

const kinds = onnxPrecisions.flatMap((precision) => (['plain', 'gqa'] as const).map((attention) => ({ precision, attention })));

describe('the exported file', () => {
  it.each(kinds)('has the inputs, outputs and weights that its shapes ask for, each used, and little besides: $precision, $attention', async (kind) => {
    const property = fc.asyncProperty(specArbitrary, async (any) => {
      const given = kind.attention === 'gqa' ? { ...any, headDim: 16 } : any;
      const { bytes, graph } = await exported(given, kind);
      const { spec } = await heldModel(randomModel(given, 1), kind);
      const { inputs, outputs } = layout(spec, kind);
      expect(Object.fromEntries(graph.input.map(signature))).toEqual(inputs);
      expect(Object.fromEntries(graph.output.map(signature))).toEqual(outputs);
      const read = new Set(graph.node.flatMap((node) => node.input));
      expect(graph.initializer.map(({ name }) => name).filter((name) => !read.has(name))).toEqual([]);
      const used = new Set([...read, ...graph.output.map(({ name }) => name)]);
      expect(graph.node.flatMap((node) => node.output).filter((name) => !used.has(name))).toEqual([]);
      const shapes = new Map(graph.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
      const expected = [...neededTensors(spec)].flatMap(([name, shape]) => initializersOf(name, shape, kind.precision));
      expect(expected.map(([name]) => [name, shapes.get(name)])).toEqual(expected);
      const inside = graph.initializer.filter(({ name }) => expected.some(([weight]) => weight === name)).reduce((sum, { rawData }) => sum + rawData.length, 0);
      expect(bytes.length - inside).toBeLessThan(12_000 + 10_000 * spec.layers.length);
    });
    await fc.assert(property, { numRuns: 10, seed: 13 });
  });

  it('says which format, model and method it is', async () => {
    const { model } = await exported(irregularSpec, { metadata: { base_model: 'tiny', levels: '0 1 2' } });
    expect(model.irVersion).toBe(8n);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n], ['com.microsoft', 1n]]);
    const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
    expect(metadata).toMatchObject({ base_model: 'tiny', levels: '0 1 2', generator: 'DarwinLM Web', precision: 'fp32', attention: 'plain' });
    expect(metadata['method']).toContain('arXiv 2502.07780');
    expect(JSON.parse(metadata['pruned_layers'] ?? '')).toEqual(irregularSpec.layers.map(({ queryGroups, channels }) => ({ heads: queryGroups, ff: channels })));
    const told = await exported({ ...irregularSpec, headDim: 16, layers: [{ queryGroups: [4, 2], channels: 1 }] }, {
      attention: 'gqa',
      metadata: ({ layers }) => ({ shapes: JSON.stringify(layers) }),
    });
    expect(told.model.metadataProps.find(({ key }) => key === 'shapes')?.value).toBe('[{"queryGroups":[2,2,2],"channels":1}]');
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
