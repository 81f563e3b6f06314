import { describe, expect, it } from 'vitest';
import { Check } from './check.ts';
import { formatTable } from './table.ts';

describe('formatTable', () => {
  it('lines up columns and names the worst place of a failure', () => {
    const good = new Check('logits', 'logits_max_abs', 5e-4);
    good.add('logits', 1.234e-6);
    const bad = Check.exact('order of removal');
    bad.add('model.layers.0.mlp.down_proj', 3);
    expect(formatTable([good.row, bad.row, Check.exact('shapes').row]).split('\n')).toEqual([
      'check             measure         compared    error  tolerance',
      'logits            logits_max_abs         1  1.23e-6    5.00e-4  pass',
      'order of removal  exact                  1        3          0  FAIL at model.layers.0.mlp.down_proj',
      'shapes            exact                  0      NaN          0  FAIL (nothing was compared)',
    ]);
  });
});
