import { describe, expect, it } from 'vitest';
import { runWith } from './candidate.fixture.ts';
import { stageRows } from './stage-rows.ts';

const measured = (stage: number, id: string, fitness: number) => ({ type: 'candidate-measured', generation: 2, stage, id, fitness, at: 99 }) as const;

describe('stageRows', () => {
  it('tells what each stage measured, where it cut, and the place among all that were there', () => {
    const { search, stages, find } = runWith();
    expect(stageRows(search, find('1.01'), stages)).toEqual([
      { stage: 0, trainedOn: 0, testedOn: 64, fitness: 0.9, loss: null, cut: 0.9, open: false, rank: 2, dropped: null, failed: null, of: 4 },
      { stage: 1, trainedOn: 32, testedOn: 128, fitness: 0.7, loss: [3, 3], cut: 0.6, open: false, rank: 2, dropped: null, failed: null, of: 3 },
    ]);
  });

  it('puts what failed last, with the reason, and leaves out what was not measured', () => {
    const { search, stages, find } = runWith();
    const [first, second] = stageRows(search, find('1.03'), stages);
    expect(first).toMatchObject({ fitness: Number.POSITIVE_INFINITY, rank: 4, of: 4, failed: 'failed: its fitness was not a number' });
    expect(second).toMatchObject({ fitness: null, rank: null, of: 3, failed: null });
  });

  it('says of a stage that is being measured that it is open', () => {
    const { search, stages, find } = runWith(measured(0, '2.01', 0.5), measured(0, '2.02', 0.4));
    expect(stageRows(search, find('2.01'), stages)[0]).toMatchObject({ fitness: 0.5, cut: null, open: true, rank: 2, of: 2 });
  });

  it('tells of what was dropped, which has no fitness and counts for no rank', () => {
    const dropped = { type: 'candidate-dropped', generation: 2, stage: 0, id: '2.03', fitness: 0.1, tokens: 48, saved: 16, at: 99 } as const;
    const { search, stages, find } = runWith(measured(0, '2.01', 0.5), dropped);
    expect(stageRows(search, find('2.03'), stages)[0]).toMatchObject({ fitness: null, rank: null, dropped: { tokens: 48, saved: 16 }, of: 1 });
    expect(stageRows(search, find('2.01'), stages)[0]).toMatchObject({ rank: 1, dropped: null });
  });

  it('knows the cut as soon as the stage is closed', () => {
    const events = ['2.01', '2.02', '2.03', '2.04'].map((id, index) => measured(0, id, 0.5 + index / 10));
    const { search, stages, find } = runWith(...events, { type: 'stage-finished', generation: 2, stage: 0, survivors: ['2.01', '2.02'], eliminated: ['2.03', '2.04'], at: 100 });
    expect(stageRows(search, find('2.03'), stages)[0]).toMatchObject({ cut: 0.6, open: false, rank: 3, of: 4 });
  });
});
