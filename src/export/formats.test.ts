import { describe, expect, it } from 'vitest';
import { formatIds, formatOf, ggufTypes, onnxPrecisions, safetensorsTypes } from './formats.ts';

describe('formats', () => {
  it('are all combinations, each once', () => {
    const stood = formatIds.map((id) => JSON.stringify(formatOf(id)));
    expect(new Set(stood).size).toBe(formatIds.length);
    expect(formatIds.length).toBe(2 * (onnxPrecisions.length + safetensorsTypes.length + ggufTypes.length));
  });

  it('are read from their ids', () => {
    expect(formatOf('onnx-gqa-q4f16')).toEqual({ kind: 'onnx', attention: 'gqa', precision: 'q4f16' });
    expect(formatOf('safetensors-bf16')).toEqual({ kind: 'safetensors', shape: 'irregular', type: 'bf16' });
    expect(formatOf('gguf-padded-q8_0')).toEqual({ kind: 'gguf', shape: 'padded', type: 'q8_0' });
  });
});
