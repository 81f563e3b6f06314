import { expect, it } from 'vitest';
import { bundledModel } from '../../store/bundled-model.ts';
import { controlConfig } from '../../store/runs/controls.ts';
import { presetConfig } from '../../store/settings-store.ts';
import { secondsAt, secondsLike } from './control-cost.ts';

const { spec } = bundledModel.inspection;
const config = presetConfig('standard');
const timed = { config, phaseSeconds: { load: 1, calibrate: 10, database: 2, search: 100, 'post-train': 30, evaluate: 5, export: 1 } };
const run = { config, changes: [], generations: 0 };
const like = (kind: 'uniform' | 'random' | 'untrained'): number | null => {
  const control = controlConfig(run, kind);
  return control && secondsLike(timed, control, spec);
};

it('counts no search for uniform, the same for random search, and less without training', () => {
  expect(secondsLike(timed, config, spec)).toBeCloseTo(149);
  expect(like('uniform')).toBeCloseTo(49);
  expect(like('random')).toBeCloseTo(149);
  expect(like('untrained')).toBeGreaterThan(49);
  expect(like('untrained')).toBeLessThan(110);
});

it('is null where the run did not come through a phase that the control needs', () => {
  const { search: _search, ...rest } = timed.phaseSeconds;
  expect(secondsLike({ config, phaseSeconds: rest }, config, spec)).toBeNull();
  expect(secondsAt(null, config, spec)).toBeNull();
  expect(secondsAt(1e12, config, spec)).toBeGreaterThan(1);
});
