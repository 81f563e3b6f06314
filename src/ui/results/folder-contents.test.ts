import { describe, expect, it } from 'vitest';
import type { FormatId } from '../../export/formats.ts';
import type { FormatOffer } from '../../run/exports/export-events.ts';
import { defaultRows, folderFormats, folderRows, pathsInFolder, plannedWeights } from './folder-contents.ts';

const offer = (format: FormatId, path: string): FormatOffer => ({ format, files: [{ path, bytes: 10 }], unavailable: null });
const offers: readonly FormatOffer[] = [
  offer('onnx-fp16', 'onnx/model_fp16.onnx'),
  offer('onnx-fp32', 'onnx/model.onnx'),
  offer('safetensors-bf16', 'model.safetensors'),
  offer('safetensors-fp32', 'model.safetensors'),
  { format: 'gguf-f16', files: [], unavailable: { reason: 'r', remedy: 'm' } },
  offer('onnx-gqa-fp16', 'onnx/model_gqa_fp16.onnx'),
  offer('safetensors-padded-bf16', 'model.safetensors'),
];

describe('the model folder', () => {
  const rows = folderRows(offers, 'plain');

  it('offers what is to be had', () => {
    expect(rows).toEqual(['onnx-fp16', 'onnx-fp32', 'safetensors-bf16', 'safetensors-fp32', 'safetensors-padded-bf16']);
    expect(folderRows(offers, 'gqa').slice(0, 2)).toEqual(['onnx-fp16', 'safetensors-bf16']);
  });

  it('has the chosen ONNX format and one safetensors in it by default', () => {
    expect(defaultRows(rows, 'onnx-fp32')).toEqual(['onnx-fp32', 'safetensors-bf16']);
    expect(defaultRows(rows, 'safetensors-fp32')).toEqual(['onnx-fp16', 'safetensors-bf16']);
    expect(defaultRows([], null)).toEqual([]);
  });

  it('lists weights where they will lie, no two in the same place', () => {
    const formats = folderFormats(['safetensors-padded-bf16', 'safetensors-fp32', 'safetensors-bf16', 'onnx-fp16'], 'gqa');
    expect(formats).toEqual(['safetensors-bf16', 'safetensors-fp32', 'onnx-gqa-fp16', 'safetensors-padded-bf16']);
    const paths = plannedWeights(offers, formats).map(({ path }) => path);
    expect(paths).toEqual(['model.safetensors', 'safetensors-fp32/model.safetensors', 'onnx/model_gqa_fp16.onnx', 'safetensors-padded-bf16/model.safetensors']);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('names the files of one format as they lie in it', () => {
    const files = [{ path: 'model.safetensors' }];
    expect(pathsInFolder('safetensors-fp32', ['safetensors-bf16', 'safetensors-fp32'], files)).toEqual(['safetensors-fp32/model.safetensors']);
    expect(pathsInFolder('safetensors-fp32', ['onnx-fp16'], files)).toEqual(['model.safetensors']);
  });
});
