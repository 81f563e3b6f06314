import { describe, expect, it } from 'vitest';
import { formatIds, type FormatId } from '../../export/formats.ts';
import type { ExportedFormat, FormatOffer } from '../../run/exports/export-events.ts';
import { firstAvailable, formatBytes, formatName, isWritten, mainRows, needsExternalData, paddedRows, rowName, withAttention } from './format-choice.ts';

const offer = (format: FormatId, ...paths: readonly string[]): FormatOffer => ({ format, files: paths.map((path) => ({ path, bytes: 10 })), unavailable: null });
const refused = (format: FormatId): FormatOffer => ({ format, files: [], unavailable: { reason: 'r', remedy: 'm' } });
const written = (format: FormatId, ...paths: readonly string[]): ExportedFormat => ({ format, files: paths.map((path) => ({ path, size: 11, sha256: 'ab' })), check: null, notChecked: 'n' });

describe('the formats on offer', () => {
  it('are each in one row, with one attention or the other', () => {
    expect(mainRows).toEqual(['onnx-fp16', 'onnx-fp32', 'onnx-q4f16', 'onnx-q4', 'safetensors-bf16', 'safetensors-fp16', 'safetensors-fp32', 'gguf-f16', 'gguf-q8_0']);
    const reachable = new Set([...mainRows, ...paddedRows].flatMap((row) => [withAttention(row, 'plain'), withAttention(row, 'gqa')]));
    expect([...reachable].sort()).toEqual([...formatIds].sort());
    expect(mainRows.map((row) => withAttention(row, 'plain'))).toEqual(mainRows);
  });

  it('have names that no other has', () => {
    expect(new Set(formatIds.map(formatName)).size).toBe(formatIds.length);
    expect(mainRows.map(rowName).slice(0, 5)).toEqual(['ONNX, fp16', 'ONNX, fp32', 'ONNX, q4f16', 'ONNX, q4', 'safetensors, bf16']);
    expect([formatName('onnx-gqa-q4'), formatName('gguf-padded-q8_0'), rowName('gguf-padded-q8_0')]).toEqual(['ONNX GQA q4', 'padded GGUF Q8_0', 'GGUF, Q8_0, padded']);
  });

  it('are chosen by the first that is to be had', () => {
    expect(firstAvailable([refused('onnx-fp16'), offer('onnx-fp32', 'a')], 'plain')).toBe('onnx-fp32');
    expect(firstAvailable([offer('onnx-fp16', 'a'), refused('onnx-gqa-fp16'), offer('gguf-f16', 'b')], 'gqa')).toBe('gguf-f16');
    expect(firstAvailable([refused('onnx-fp16')], 'plain')).toBeNull();
  });

  it('have the size of their files', () => {
    expect(formatBytes(offer('onnx-fp16', 'a', 'b'), undefined)).toBe(20);
    expect(formatBytes(offer('onnx-fp16', 'a', 'b'), written('onnx-fp16', 'a', 'b'))).toBe(22);
    expect(formatBytes(refused('gguf-f16'), undefined)).toBeNull();
    expect(formatBytes(null, undefined)).toBeNull();
  });

  it('are written anew where the weights are wanted in a second file and are not', () => {
    const [one, two] = [written('onnx-fp16', 'onnx/model_fp16.onnx'), written('onnx-fp16', 'onnx/model_fp16.onnx', 'onnx/model_fp16.onnx_data_1')];
    const small = offer('onnx-fp16', 'onnx/model_fp16.onnx');
    expect([isWritten(small, one, false), isWritten(small, one, true), isWritten(small, two, true), isWritten(small, two, false)]).toEqual([true, false, true, false]);
    const large = offer('onnx-fp16', 'onnx/model_fp16.onnx', 'onnx/model_fp16.onnx_data');
    expect(isWritten(large, two, false)).toBe(true);
    expect(isWritten(offer('gguf-f16', 'a.gguf'), written('gguf-f16', 'a.gguf'), true)).toBe(true);
    expect(isWritten(small, undefined, false)).toBe(false);
  });

  it('say before whether a second file has to be', () => {
    expect(needsExternalData(offer('onnx-fp32', 'onnx/model.onnx', 'onnx/model.onnx_data'))).toBe(true);
    expect(needsExternalData(offer('onnx-fp32', 'onnx/model.onnx'))).toBe(false);
    expect(needsExternalData(null)).toBe(false);
  });
});
