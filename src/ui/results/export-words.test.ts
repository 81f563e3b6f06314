import { describe, expect, it } from 'vitest';
import type { ExportProgress } from '../../run/exports/export-events.ts';
import type { Exporting } from '../../store/reduce-exporting.ts';
import { announcement, busyLabel, costOfFormat, detail, downloadLabel, idleNote, shareDone, type SaveState } from './export-words.ts';

const plain = (text: string | null): string | null => text?.replaceAll('\u202f', ' ') ?? null;
const exporting = (step: ExportProgress['step'], done: number, more: Partial<Exporting> = {}): Exporting => ({
  purpose: 'formats',
  progress: { format: 'onnx-fp16', step, done, total: 100 },
  since: { at: 0, done: 0 },
  secondsLeft: null,
  cancelling: false,
  ...more,
});
const preparing: SaveState = { step: 'preparing' };

describe('an export in words', () => {
  it.each<readonly [SaveState, Exporting | null, string | null, string]>([
    [{ step: 'ready' }, null, null, ''],
    [preparing, null, 'Preparing', 'Preparing.'],
    [preparing, exporting('preparing', 42), 'Preparing 42 %', 'Preparing ONNX fp16.'],
    [preparing, exporting('preparing', 42, { cancelling: true }), 'Preparing 42 %', 'Cancelling…'],
    [preparing, exporting('checking', 1), 'Checking', 'Opening ONNX fp16 again to check it.'],
    [{ step: 'saving', done: null }, null, 'Saving', 'Saving.'],
    [{ step: 'saving', done: 0.5 }, exporting('checking', 1), 'Saving 50 %', 'Saving.'],
    [{ step: 'saved', names: ['model.onnx'] }, null, null, 'Saved as model.onnx.'],
    [{ step: 'saved', names: ['a', 'b', 'c'] }, null, null, 'Saved as a, b and c.'],
    [{ step: 'cancelled' }, null, null, 'Cancelled. Nothing was saved.'],
    [{ step: 'failed', explanation: { what: 'The storage is full.', means: 'm', remedy: 'Free some.' } }, null, null, 'Failed. The storage is full. Free some.'],
  ])('%j', (state, under, label, said) => {
    expect(plain(busyLabel(state, under))).toBe(label);
    expect(announcement(state, under)).toBe(said);
  });

  it('tells the time left only where it is measured', () => {
    expect(detail(preparing, exporting('preparing', 1))).toBe('');
    expect(plain(detail(preparing, exporting('preparing', 1, { secondsLeft: 12 })))).toBe('About 10 s left.');
    expect(detail({ step: 'saving', done: 0.1 }, exporting('preparing', 1, { secondsLeft: 12 }))).toBe('');
  });

  it('has a share of what is under way', () => {
    expect(shareDone(preparing, exporting('preparing', 25))).toBe(0.25);
    expect(shareDone(preparing, null)).toBeNull();
    expect(shareDone({ step: 'saving', done: 0.75 }, exporting('preparing', 25))).toBe(0.75);
  });

  it('repeats the choice on the button', () => {
    expect(plain(downloadLabel('ONNX fp16', 172_345_678))).toBe('Download ONNX fp16, 172 MB');
    expect(downloadLabel('GGUF F16', null)).toBe('Download GGUF F16');
  });

  it('tells what pressing the button will do', () => {
    expect(idleNote(true, 1)).toBe('It is written.');
    expect(idleNote(false, 1)).toBe('It is written and checked in this tab first.');
    expect(idleNote(false, 3)).toContain('3 files, one download after the other');
  });

  it('says what a format cost, by what was measured', () => {
    const cost = (file: number, agreement = 0.9) => plain(costOfFormat({ perplexity: file, candidatePerplexity: 20, agreement }));
    expect(cost(20.1)).toBeNull();
    expect(cost(19)).toBeNull();
    expect(cost(21)).toBe('This format costs a little quality: perplexity 21.0 where the candidate has 20.0.');
    expect(cost(40, 0.72)).toBe('This format hurts this model: perplexity 40.0 where the candidate has 20.0, and 28 % of its most likely tokens are others. fp16 keeps them.');
    expect(cost(Number.NaN)).toContain('breaks this model');
  });
});
