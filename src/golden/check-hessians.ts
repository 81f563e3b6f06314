import { moduleIds, outputColumns } from '../model/spec.ts';
import { prepareHessian } from '../pruning/hessian.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import { difference, symmetricDifference } from './difference.ts';
import type { GoldenFolder } from './golden-folder.ts';
import { goldenModuleName } from './hessians.ts';
import type { Hessians } from './hessians.ts';

/** MLP channels whose inputs are always 0, found by the step that handles them, against those of the folder. */
function checkDeadChannels({ spec, golden }: GoldenFolder, hessians: Hessians): Row {
  const check = Check.exact(`dead channels, ${hessians.origin}`);
  for (const id of moduleIds(spec).filter(({ kind }) => kind === 'mlp')) {
    const module = goldenModuleName(id);
    const { dead } = prepareHessian(hessians.of(id), { module, columns: outputColumns(spec, id), damping: golden.damping });
    const wanted = golden.dead_channels.flatMap(([layer, channel]) => (layer === id.layer ? [channel] : []));
    check.add(module, symmetricDifference(dead.map(String), wanted.map(String)).length);
  }
  return check.row;
}

/** The Hessians of the engine's own calibration, element by element, and the dead inputs that both kinds show. */
export function* checkHessians(folder: GoldenFolder, stored: Hessians, own: Hessians): Iterable<Row> {
  const { spec } = folder;
  const relative = new Check('Hessians', 'hessian_rel_fro', folder.tolerance('hessian_rel_fro'));
  const largest = new Check('Hessians', 'hessian_max_abs_over_max', folder.tolerance('hessian_max_abs_over_max'));
  for (const id of moduleIds(spec)) {
    const columns = outputColumns(spec, id);
    const numbers = ({ of }: Hessians) => ({ values: of(id), shape: [columns, columns] });
    const apart = difference(numbers(own), numbers(stored));
    relative.add(goldenModuleName(id), apart.relative);
    largest.add(goldenModuleName(id), apart.maxAbsOverMax);
  }
  yield relative.row;
  yield largest.row;
  yield checkDeadChannels(folder, stored);
  yield checkDeadChannels(folder, own);
}
