import { useState } from 'react';
import type { FoundCandidate } from '../../store/find-candidate.ts';
import { setHover } from '../../store/hover-store.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import { change, count, latency, parameters } from '../format/format.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { keptWords, moduleName } from '../module-axis/words.ts';
import { Panel } from '../parts/panel.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { changedModules, sizeOf, type ChangedModule } from './changed-modules.ts';
import { GenomeStrips } from './genome-strips.tsx';

interface Props {
  readonly candidate: FoundCandidate;
  readonly search: SearchState;
  readonly paints: readonly ModulePaint[];
}

/** More rows than this would push the rest out of reach; against uniform nearly all modules differ. */
const mostRows = 8;

/** "2.75 M prunable parameters, −0.12 % of the limit"; where the limit is a time, that. */
function sizeWords({ genome, cost }: FoundCandidate, paints: readonly ModulePaint[], { unit, most }: SearchState): string {
  const size = sizeOf(paints, genome);
  const words = `${parameters(size)} prunable parameters`;
  if (unit === 'nanoseconds') return `${words}, ${latency(cost)} of at most ${latency(most)}`;
  return `${words}, ${change((100 * (size - most)) / most, 2)} % of the limit`;
}

/** Every module of a candidate, and what differs from its parent or from uniform. */
export function GenomeSection({ candidate, search, paints }: Props) {
  const [chosen, setChosen] = useState<'parent' | 'uniform'>('parent');
  const { id, genome, from } = candidate;
  const against = chosen === 'parent' && from !== null ? from : search.uniform;
  // Random search draws each candidate anew.
  const parent = search.strategy === 'random' ? 'the best before it' : 'its parent';
  const options = [
    { value: 'parent', label: `${parent} ${from?.id ?? ''}` },
    { value: 'uniform', label: 'uniform' },
  ] as const;
  const name = against.id === search.uniform.id ? 'uniform' : `${parent} ${against.id}`;
  const differing = changedModules(paints, genome, against.genome);
  return (
    <Panel title="Genome" aside={<span className="note tertiary figures">{sizeWords(candidate, paints, search)}</span>}>
      {from !== null && from.id !== search.uniform.id && (
        <div className="genome-against">
          <span className="note tertiary">Against</span>
          <Segmented plain label="Compared with" value={chosen} options={options} onChange={setChosen} />
        </div>
      )}
      <GenomeStrips {...{ paints, genome }} baseline={against.genome} name={id} against={name} numbered />
      {differing.length > 0 ? <ChangedTable rows={differing} /> : <p className="small tertiary">No module differs from {name}.</p>}
    </Panel>
  );
}

function ChangedTable({ rows }: { readonly rows: readonly ChangedModule[] }) {
  const [all, setAll] = useState(false);
  const granularity = useRun((run) => run.database.granularity);
  const shown = all ? rows : rows.slice(0, mostRows);
  return (
    <>
      <table className="candidate-table figures">
        <thead>
          <tr>
            <th scope="col">Changed module</th>
            <th scope="col">Level</th>
            <th scope="col">Kept</th>
            <th scope="col">Parameters</th>
          </tr>
        </thead>
        <tbody onPointerLeave={() => setHover({ module: null })}>
          {shown.map(({ module, paint, before, after, kept, parameters: difference }) => (
            <tr key={module} onPointerEnter={() => setHover({ module, candidate: null })}>
              <th scope="row">{moduleName(paint)}</th>
              <td>
                {count(before)} → <b>{count(after)}</b>
              </td>
              <td>{keptWords(paint, kept, granularity)}</td>
              <td>{signed(difference)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && !all && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {count(rows.length - mostRows)} more
        </button>
      )}
    </>
  );
}

/** "−74 k", "+74 k". */
const signed = (difference: number): string => `${difference < 0 ? '\u2212' : '+'}${parameters(Math.abs(difference))}`;
