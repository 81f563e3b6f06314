import { expect, test } from 'vitest';
import { layoutOf } from './model-layout.ts';

const index = 'model.safetensors.index.json';

test.each([
  [['config.json', 'model.safetensors', 'onnx/model.onnx', index], { kind: 'single', weights: 'model.safetensors' }],
  [['config.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', index, 'model.onnx'], { kind: 'sharded', index }],
  [['config.json', 'pruned.safetensors', 'pruned.onnx'], { kind: 'single', weights: 'pruned.safetensors' }],
  [['config.json', 'a.safetensors', 'b.safetensors', 'model.onnx'], { kind: 'onnx', weights: 'model.onnx' }],
  [['tokenizer.json', 'onnx/model.onnx', 'onnx/model_quantized.onnx'], { kind: 'onnx', weights: 'onnx/model.onnx' }],
  [['tokenizer.json', 'pruned (1).onnx'], { kind: 'onnx', weights: 'pruned (1).onnx' }],
  [['deep/pruned.onnx'], { kind: 'single', weights: 'model.safetensors' }],
  [['a.onnx', 'b.onnx'], { kind: 'single', weights: 'model.safetensors' }],
  [['config.json', 'pytorch_model.bin'], { kind: 'single', weights: 'model.safetensors' }],
  [[], { kind: 'single', weights: 'model.safetensors' }],
])('%j', (paths, layout) => expect(layoutOf(paths)).toEqual(layout));
