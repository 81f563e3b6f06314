import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { chooseThreads } from './threads.ts';

test('takes what is asked for, else up to four of the cores', () => {
  expect(chooseThreads(3)).toMatchObject({ threads: 3, cores: availableParallelism() });
  expect(chooseThreads().threads).toBe(Math.min(4, availableParallelism()));
  expect(chooseThreads().reason).toContain(`${availableParallelism()} cores`);
});
