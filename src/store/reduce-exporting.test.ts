import { describe, expect, it } from 'vitest';
import type { ExportProgress } from '../run/exports/export-events.ts';
import { beginExporting, reduceExporting, type Exporting } from './reduce-exporting.ts';

const preparing = (done: number, format: ExportProgress['format'] = 'onnx-fp16'): ExportProgress => ({ format, step: 'preparing', done, total: 1000 });
const after = (...heard: readonly (readonly [ExportProgress, number])[]): Exporting =>
  heard.reduce((state, [progress, now]) => reduceExporting(state, progress, now), beginExporting('formats'));

describe('the progress of an export', () => {
  it('tells the time left from what was done since the step began', () => {
    expect(after([preparing(0), 5000], [preparing(250), 7000]).secondsLeft).toBe(6);
    expect(after([preparing(100), 5000], [preparing(200), 6000], [preparing(600), 10_000]).secondsLeft).toBe(4);
  });

  it('tells none before it is measured', () => {
    expect(after([preparing(500), 5000]).secondsLeft).toBeNull();
    expect(after([preparing(0), 5000], [preparing(500), 5100]).secondsLeft).toBeNull();
    expect(after([preparing(0), 5000], [preparing(0), 9000]).secondsLeft).toBeNull();
  });

  it('measures each step and each format anew', () => {
    const checking: ExportProgress = { format: 'onnx-fp16', step: 'checking', done: 0, total: 4 };
    expect(after([preparing(0), 0], [preparing(900), 9000], [checking, 9500])).toMatchObject({ progress: checking, secondsLeft: null });
    expect(after([preparing(0), 0], [preparing(900), 9000], [preparing(0, 'onnx-q4'), 9500], [preparing(500, 'onnx-q4'), 11_500]).secondsLeft).toBe(2);
  });
});
