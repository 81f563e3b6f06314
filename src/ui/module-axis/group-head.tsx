import type { Stage } from '../../run/run-config.ts';
import * as format from '../format/format.ts';
import { joinClasses } from '../parts/join-classes.ts';
import type { SortOrder } from '../../store/display-store.ts';
import type { RowGroup } from './row-layout.ts';
import { plural } from './words.ts';

interface Props {
  readonly group: RowGroup;
  readonly sort: SortOrder;
  /** Empty where the settings of the shown generation are not known. */
  readonly stages: readonly Stage[];
}

const orderNames: Readonly<Record<SortOrder, string>> = { stage: 'by stage', id: 'by id', fitness: 'by fitness', changes: 'by changes' };

function titleOf({ stage, out }: RowGroup): string {
  if (stage === null) return 'All candidates';
  return out ? `Out after stage ${stage + 1}` : `Stage ${stage + 1}`;
}

function detailOf(group: RowGroup, sort: SortOrder, stages: readonly Stage[]): string {
  if (group.stage === null) return `${orderNames[sort]} · ${format.count(group.count)}`;
  const more = group.hidden > 0 ? ` · ${format.count(group.hidden)} more` : '';
  if (group.out) return plural(group.count, 'candidate') + more;
  const settings = stages[group.stage];
  const measured = `${format.count(group.measured)} of ${format.count(group.count)} measured`;
  if (!settings) return measured;
  const train = settings.trainingTokens > 0 ? `train on ${format.tokens(settings.trainingTokens)} tokens, ` : '';
  return `${train}test on ${format.tokens(settings.fitnessTokens)}${train ? '' : ' tokens'} · ${measured}`;
}

/** The line over a group of rows. */
export function GroupHead({ group, sort, stages }: Props) {
  return (
    <div role="presentation" className="group-head" style={{ transform: `translateY(${group.top}px)` }}>
      <span className={joinClasses('group-title', group.out && 'group-out')}>{titleOf(group)}</span>
      <span className="group-detail">{detailOf(group, sort, stages)}</span>
    </div>
  );
}
