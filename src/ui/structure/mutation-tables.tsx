import * as format from '../format/format.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { fitnessName, kindName, moduleName, plural, type Fitness } from '../module-axis/words.ts';
import type { ModuleTally, MutationStats, Tally } from './mutation-stats.ts';

interface Props {
  readonly stats: MutationStats;
  readonly fitness: Fitness;
}

const directions = [
  ['keepsMore', 'keeps more'],
  ['prunesMore', 'prunes more'],
] as const satisfies readonly (readonly [keyof ModuleTally, string])[];
const kinds = ['attention', 'mlp'] as const;

/** Names of a tally's columns. */
function TallyHeads({ stages, fitness }: { readonly stages: number; readonly fitness: Fitness }) {
  return ['Tried', ...Array.from({ length: stages }, (_, stage) => `Past stage ${stage + 1}`), 'Won', `${fitnessName(fitness)} change`].map((head) => (
    <th key={head} scope="col">
      {head}
    </th>
  ));
}

function TallyCells({ tally: { tried, passed, won, gained } }: { readonly tally: Tally }) {
  return (
    <>
      <td>{format.count(tried)}</td>
      {passed.map((count, stage) => (
        // oxlint-disable-next-line react/no-array-index-key -- stages never move
        <td key={stage}>{format.count(count)}</td>
      ))}
      <td className="strong">{format.count(won)}</td>
      <td>{won === 0 ? format.missing : format.change(-gained)}</td>
    </>
  );
}

/** By kind of module and direction. */
export function KindTable({ stats, fitness }: Props) {
  return (
    <table className="dense-table">
      <thead>
        <tr>
          <th scope="col">Modules</th>
          <TallyHeads stages={stats.earlierStages} fitness={fitness} />
        </tr>
      </thead>
      <tbody>
        {kinds.flatMap((kind) =>
          directions.map(([direction, words]) => (
            <tr key={`${kind} ${direction}`}>
              <th scope="row">
                {kindName(kind)} {words}
              </th>
              <TallyCells tally={stats.kinds[kind][direction]} />
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}

/** By how many modules a candidate changed. */
export function SizeTable({ stats, fitness }: Props) {
  return (
    <table className="dense-table">
      <thead>
        <tr>
          <th scope="col">Candidates</th>
          <TallyHeads stages={stats.earlierStages} fitness={fitness} />
        </tr>
      </thead>
      <tbody>
        {stats.sizes.map((size) => (
          <tr key={size.changed}>
            <th scope="row">{plural(size.changed, 'module')} changed</th>
            <TallyCells tally={size} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The chart's numbers: two lines a module. */
export function ModuleTable({ stats, paints, fitness }: Props & { readonly paints: readonly ModulePaint[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="table-scroll" role="region" aria-label="Mutations by module" tabIndex={0}>
      <table className="dense-table">
        <thead>
          <tr>
            <th scope="col">Module</th>
            <th scope="col">Direction</th>
            <TallyHeads stages={stats.earlierStages} fitness={fitness} />
          </tr>
        </thead>
        <tbody>
          {paints.flatMap((paint, module) =>
            directions.map(([direction, words]) => {
              const tally = stats.modules[module]?.[direction];
              return (
                tally && (
                  <tr key={`${moduleName(paint)} ${direction}`}>
                    <th scope="row">{moduleName(paint)}</th>
                    <td>{words}</td>
                    <TallyCells tally={tally} />
                  </tr>
                )
              );
            }),
          )}
        </tbody>
      </table>
    </div>
  );
}
