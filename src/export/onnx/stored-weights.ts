import { float16ToFloat32, float32ToFloat16 } from '../../sources/half-floats.ts';
import { expectedTensors } from '../../model/expected-tensors.ts';
import type { WeightSource } from '../../model/weights.ts';
import type { OnnxPrecision } from '../formats.ts';
import { dequantiseQ4 } from '../quantise.ts';
import { isFourBit, storageOf } from './onnx-precision.ts';
import { fourBitRows } from './stored-pieces.ts';

/**
 * The weights as an ONNX file of this precision holds them: rounded to float16, and of matrices in 4 bits what the levels
 * stand for. What such a file computes can so be told apart from what was lost when it was written. With grouped-query
 * attention the blocks are those of the regrouped model: give `arrangedWeights(weights, 'gqa')`.
 */
export function storedWeights(source: WeightSource, precision: OnnxPrecision): WeightSource {
  const storage = storageOf[precision];
  if (precision === 'fp32') return source;
  const shapes = expectedTensors(source.spec);
  const stored = (name: string, values: Float32Array): Float32Array => {
    const [, columns] = shapes.get(name) ?? [];
    if (isFourBit(storage, name) && columns !== undefined) return dequantiseQ4(fourBitRows(values, columns, storage.type), columns);
    return storage.type === 'float16' ? float16ToFloat32(float32ToFloat16(values)) : values;
  };
  return {
    spec: source.spec,
    read: async (name) => stored(name, await source.read(name)),
    readRows: async (name, start, end) => stored(name, await source.readRows(name, start, end)),
  };
}
