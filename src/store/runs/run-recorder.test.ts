import { expect, it, vi } from 'vitest';
import { RunRecorder } from './run-recorder.ts';
import { wholeRun } from './runs.fixture.ts';
import { runsStore } from './runs-store.ts';

vi.mock('./load-runs.ts', () => ({ loadRuns: () => Promise.reject(new Error('no library')) }));

it('tells where there is no library to record into', async () => {
  const recorder = new RunRecorder();
  for (const event of wholeRun) recorder.hear(event);
  await vi.waitFor(() => expect(runsStore.getState().problem?.means).toContain('no library'));
});

it('forgets the name that a cancelled run was to have', () => {
  runsStore.setState({ planned: { name: 'Run 7, random', origin: { id: 'a', kind: 'random' } } });
  new RunRecorder().cancelled();
  expect(runsStore.getState().planned).toBeNull();
});
