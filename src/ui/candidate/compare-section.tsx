import { X } from 'lucide-react';
import { findCandidate, type FoundCandidate } from '../../store/find-candidate.ts';
import { togglePin, usePinned } from '../../store/pinned-candidates.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import { count, missing, parameters } from '../format/format.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { openCandidate } from '../module-axis/grid-rows.ts';
import { fitnessFull, fitnessName, type Fitness } from '../module-axis/words.ts';
import { Panel } from '../parts/panel.tsx';
import { changedModules, sizeOf } from './changed-modules.ts';
import { GenomeStrips } from './genome-strips.tsx';

interface Props {
  readonly candidate: FoundCandidate;
  readonly search: SearchState;
  readonly paints: readonly ModulePaint[];
  readonly fitness: Fitness;
  /** Genomes over each other, not the table alone. */
  readonly strips: boolean;
}

/** Those that a candidate is compared with: its parent, then what was pinned, each once. */
function others(search: SearchState, candidate: FoundCandidate, pinned: readonly string[]): FoundCandidate[] {
  const ids = new Set([...(candidate.from ? [candidate.from.id] : []), ...pinned]);
  ids.delete(candidate.id);
  return [...ids].flatMap((id) => findCandidate(search, id) ?? []);
}

/** A candidate beside its parent and the pinned ones. */
export function CompareSection({ candidate, search, paints, fitness, strips }: Props) {
  const run = useRun((state) => state.startedAt);
  const pinned = usePinned(run);
  if (!strips && pinned.length === 0) return null;
  const beside = others(search, candidate, pinned);
  return (
    <Panel title={strips ? 'Compared' : 'Pinned'} note={`with ${candidate.id}`}>
      <table className="candidate-table figures">
        <thead>
          <tr>
            <th scope="col">Candidate</th>
            <th scope="col">Stage</th>
            <th scope="col" title="Of the last stage that measured it; values of different stages cannot be compared">
              {fitnessName(fitness)}
            </th>
            <th scope="col">Parameters</th>
            <th scope="col">Differs in</th>
            <th scope="col">
              <span className="visually-hidden">Pin</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[candidate, ...beside].map((each) => (
            <Row key={each.id} {...{ each, candidate, paints, fitness }} run={pinned.includes(each.id) ? run : null} />
          ))}
        </tbody>
      </table>
      {strips &&
        beside.map(({ id, genome }) => (
          <div key={id} className="compared">
            <h3>
              {id}
              {id === candidate.from?.id && <span className="tertiary"> {search.strategy === 'random' ? 'best before it' : 'parent'}</span>}
            </h3>
            <GenomeStrips {...{ paints, genome }} baseline={candidate.genome} name={id} against={candidate.id} />
          </div>
        ))}
    </Panel>
  );
}

interface RowProps extends Pick<Props, 'candidate' | 'paints' | 'fitness'> {
  readonly each: FoundCandidate;
  /** The run that it is pinned in; null where it is not. */
  readonly run: string | null;
}

function Row({ each: { id, genome, fitness: values }, candidate, paints, fitness, run }: RowProps) {
  const self = id === candidate.id;
  return (
    <tr className={self ? 'strong' : undefined}>
      <th scope="row">
        {self ? (
          id
        ) : (
          <button type="button" className="link-button lineage-id" onClick={() => openCandidate(id)}>
            {id}
          </button>
        )}
      </th>
      <td>{values.length === 0 ? missing : count(values.length)}</td>
      <td>{fitnessFull(fitness, values.at(-1) ?? null)}</td>
      <td>{parameters(sizeOf(paints, genome))}</td>
      <td>{self ? missing : count(changedModules(paints, genome, candidate.genome).length)}</td>
      <td>
        {run !== null && (
          <button type="button" className="icon-button unpin" aria-label={`Unpin ${id}`} onClick={() => togglePin(run, id)}>
            <X size={12} aria-hidden />
          </button>
        )}
      </td>
    </tr>
  );
}
