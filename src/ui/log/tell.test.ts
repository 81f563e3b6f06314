import { expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToExport } from '../../store/run.fixture.ts';
import { tell } from './tell.ts';

it('tells a run in plain words', () => {
  const lines = reduceRun(initialRunState, eventsToExport).log.map((line) => tell(line.event).replaceAll('\u202f', ' '));
  expect(lines).toEqual([
    'Run begins with seed 1',
    'WebAssembly, 2 threads. There is no GPU.',
    'tiny loaded: 2,000 parameters in 2 layers',
    'Texts cut into 2 sets that share nothing, in sequences of 16 tokens',
    'Load finished in 1.0 s',
    'The attention matrix of layer 1 could not be inverted in 3 of its cuts; a pseudo-inverse was used',
    'Level database ready: 4 modules, 4.10 kB',
    'Database finished in 2.0 s',
    'Evolution begins at 800 prunable parameters, within 0.4 % of the dense size',
    '1.03 gave not a number in stage 1 and counts as the worst',
    'Stage 1 closed: 02 and 01 go on',
    'Stage 2 closed: 02 is the best',
    '1.02 replaced the parent, 1.000 → 0.600, −0.400',
    'You set max flips 3 → 1, from generation 2',
    'Search stopped: 1.02 wins with 0.600',
    'Search finished in 9.0 s',
    'The pruned model on 128 held-out tokens: perplexity 20.0, KL 0.600',
    'ONNX fp32 written as onnx/model.onnx, 100 B; reopened, its logits differ by 1.0e-5 at most',
    'A. B.',
  ]);
});

it('tells of a matrix that could only be inverted with more damping', () => {
  const event = { type: 'module-pruned', module: 1, summary: { layer: 0, kind: 'mlp', structures: 4, levels: [] }, at: 1, dampingRaised: 0.1 } as const;
  expect(tell({ ...event, fallbacks: 0 })).toBe('The MLP matrix of layer 1 could be inverted with a damping of 0.1 only');
  expect(tell({ ...event, fallbacks: 2 })).toBe('The MLP matrix of layer 1 could be inverted with a damping of 0.1 only, and could not be inverted in 2 of its cuts; a pseudo-inverse was used');
});

it('does not claim a check that was not made', () => {
  const files = ['a', 'b'].map((path) => ({ path, size: 1_000_000, sha256: 'ab' }));
  const line = tell({ type: 'exported', format: 'safetensors-bf16', files, check: null, notChecked: 'Only ONNX files can be opened here.', at: 1 });
  expect(line.replaceAll('\u202f', ' ')).toBe('safetensors bf16 written as 2 files, 2.00 MB; not checked in this tab');
});

it('tells how fast a model is and by what that was measured', () => {
  const speed = { prefillTokens: 512, prefillTokensPerSecond: 3443.4, decodeTokens: 32, decodeTokensPerSecond: 160.02, runs: 5 };
  const line = tell({ type: 'speed-measured', which: 'winner', speed, at: 1 }).replaceAll('\u202f', ' ');
  expect(line).toBe('The pruned model reads 3,443 tok/s and writes 160 tok/s on this device, medians of 5 runs of 512 and 32 tokens');
});

it('tells that a candidate failed, and why', () => {
  const of = { type: 'candidate-failed', generation: 3, stage: 1, id: '3.07', fitness: null, at: 1 } as const;
  expect(tell({ ...of, reason: 'loss-not-finite' })).toBe('3.07 failed in stage 2: its training loss was not a number');
  expect(tell({ ...of, reason: 'diverged', losses: [3, 40] })).toBe('3.07 failed in stage 2: its fine-tuning diverged');
});

it('tells a tie by which a candidate is out', () => {
  const of = { type: 'stage-finished', generation: 3, at: 1 } as const;
  expect(tell({ ...of, stage: 0, survivors: ['3.01', '3.02'], eliminated: ['3.03', '3.04'], tied: ['3.03'] })).toBe('Stage 1 closed: 01 and 02 go on; 03 had the same fitness as one of them, and came later');
  expect(tell({ ...of, stage: 1, survivors: ['3.01'], eliminated: ['3.02', '0.00'], tied: ['0.00'] })).toBe('Stage 2 closed: 01 is the best; 00 had the same fitness as it, and came later');
});

it('tells that a candidate was dropped, and after how much', () => {
  const line = tell({ type: 'candidate-dropped', generation: 3, stage: 1, id: '3.07', fitness: 0.9, tokens: 768, saved: 1280, at: 1 });
  expect(line).toBe('3.07 dropped in stage 2 after 768 of 2,048 tokens: it could not survive any more');
});
