import { modelName } from '../../sources/model-ref.ts';
import type { RunState } from '../../store/run-state.ts';
import { targetShort } from '../format/target-words.ts';

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** Where a chart comes from, in a line under it: program, model, run, date. What is not known is left out. */
export function pictureSource({ config, model, startedAt }: Pick<RunState, 'config' | 'model' | 'startedAt'>): string {
  const name = model?.id ?? config?.model;
  const began = startedAt === null ? Number.NaN : Date.parse(startedAt);
  return [
    'DarwinLM Web',
    ...(name === undefined ? [] : [modelName(name)]),
    ...(config ? [`${targetShort(config.target)}, seed ${config.seed}`] : []),
    ...(Number.isNaN(began) ? [] : [`run of ${day.format(began)}`]),
  ].join(' · ');
}
