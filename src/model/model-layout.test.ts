import { expect, test } from 'vitest';
import { MemorySource } from '../sources/memory-source.ts';
import { findLayout, GgufOnlyError, layoutOf } from './model-layout.ts';

const index = 'model.safetensors.index.json';

test.each([
  [['config.json', 'model.safetensors', 'onnx/model.onnx', index], { kind: 'single', weights: 'model.safetensors' }],
  [['config.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', index, 'model.onnx'], { kind: 'sharded', index }],
  [['config.json', 'pruned.safetensors', 'pruned.onnx'], { kind: 'single', weights: 'pruned.safetensors' }],
  [['config.json', 'a.safetensors', 'b.safetensors', 'model.onnx'], { kind: 'onnx', weights: 'model.onnx' }],
  [['tokenizer.json', 'onnx/model.onnx', 'onnx/model_quantized.onnx'], { kind: 'onnx', weights: 'onnx/model.onnx' }],
  [['config.json', 'model.safetensors', 'safetensors-bf16/model.safetensors', 'onnx/model.onnx', 'a-F16.gguf'], { kind: 'single', weights: 'model.safetensors' }],
  [['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model_fp16.onnx'], { kind: 'onnx', weights: 'onnx/model.onnx' }],
  [['config.json', 'onnx/model_q4.onnx', 'onnx/model_q4f16.onnx', 'onnx/model_fp16.onnx'], { kind: 'onnx', weights: 'onnx/model_fp16.onnx' }],
  [['onnx/model_q4f16.onnx', 'onnx/model_q4.onnx'], { kind: 'onnx', weights: 'onnx/model_q4.onnx' }],
  [['onnx/model_gqa_q4.onnx', 'onnx/model_gqa_fp16.onnx', 'onnx/model_q4f16.onnx'], { kind: 'onnx', weights: 'onnx/model_gqa_fp16.onnx' }],
  [['model_q4f16.onnx', 'other.onnx'], { kind: 'onnx', weights: 'model_q4f16.onnx' }],
  [['tokenizer.json', 'pruned (1).onnx'], { kind: 'onnx', weights: 'pruned (1).onnx' }],
  [['deep/pruned.onnx'], { kind: 'single', weights: 'model.safetensors' }],
  [['a.onnx', 'b.onnx'], { kind: 'single', weights: 'model.safetensors' }],
  [['config.json', 'pytorch_model.bin'], { kind: 'single', weights: 'model.safetensors' }],
  [[], { kind: 'single', weights: 'model.safetensors' }],
])('%j', (paths, layout) => expect(layoutOf(paths)).toEqual(layout));

const finding = (...paths: readonly string[]) => findLayout(new MemorySource('folder', new Map(paths.map((path) => [path, new Uint8Array()]))));

test('a folder that has only GGUF is told what to open instead', async () => {
  await expect(finding('config.json', 'tokenizer.json', 'tales-pruned-F16.gguf')).rejects.toThrow(GgufOnlyError);
  await expect(finding('a.gguf')).rejects.toThrow('folder has its weights only as GGUF ("a.gguf"), which is not opened here.');
  expect(await finding('a.gguf', 'b.onnx')).toEqual({ kind: 'onnx', weights: 'b.onnx' });
  expect(await finding('config.json')).toEqual({ kind: 'single', weights: 'model.safetensors' });
});
