import { expect, it } from 'vitest';
import { storedRun } from '../../store/runs/runs.fixture.ts';
import { curvesCsv, runsCsv, shapesCsv } from './runs-csv.ts';

const run = { ...storedRun('a'), name: 'Run 1, "mine"' };

it('writes a row a generation from uniform on, and quotes names', () => {
  expect(curvesCsv([run]).split('\n').slice(0, 4)).toEqual([
    'run,generation,fitness,forward_tokens,trained_tokens,seconds',
    '"Run 1, ""mine""",0,1,0,0,',
    `"Run 1, ""mine""",1,0.6,640,64,${run.curve.at[0]}`,
    `"Run 1, ""mine""",2,0.5,1280,128,${run.curve.at[1]}`,
  ]);
});

it('leaves what is not known empty', () => {
  const [, row] = runsCsv([{ ...run, name: 'a', result: null, quality: {} }]).split('\n');
  expect(row?.split(',').slice(8)).toEqual(['2', String(run.seconds), '0.5', '', '', '', '', 'WebAssembly', ' 2 threads"'].map((cell) => (cell === 'WebAssembly' ? '"WebAssembly' : cell)));
});

it('tells what is kept of each module', () => {
  expect(shapesCsv([{ ...run, name: 'a' }])).toBe('run,layer,kind,level,kept,of\na,1,attention,0,4,4\na,1,mlp,2,0,4\na,2,attention,1,2,4\na,2,mlp,1,2,4');
});
