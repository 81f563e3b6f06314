import type { Place, PlanRow } from '../../run/memory-plan.ts';
import { bytes } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { editDraft } from '../../store/settings-store.ts';
import { verdicts } from '../settings/memory-line.tsx';
import { tightestPlace, usedPlaces, type PlanInView } from './use-memory-plan.ts';

const partNames: Readonly<Record<PlanRow['part'], string>> = {
  program: 'The page itself',
  weights: 'Dense model',
  calibration: 'Calibration',
  pruning: 'Cutting modules',
  database: 'Level database',
  candidates: 'Candidates',
  training: 'Training',
  activations: 'Activations',
  head: 'Head and logits',
  export: 'Export',
  checkpoint: 'Checkpoint',
};

const placeNames: Readonly<Record<Place, string>> = { gpu: 'graphics memory', memory: 'memory', storage: 'storage' };
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const sentences: Readonly<Record<keyof typeof verdicts, string>> = {
  fits: 'It fits at these settings.',
  tight: 'It fits at these settings, but tightly: other tabs and programs may be in the way.',
  'too-large': 'It does not fit at these settings.',
  unknown: 'This browser does not tell how much there is, so nobody can say whether it fits.',
};

/** What a run needs, part by part, against what the device offers; what to change where it does not fit. */
export function MemoryTable({ shown, editable }: { readonly shown: PlanInView; readonly editable: boolean }) {
  const { plan } = shown;
  return (
    <div className="memory-plan">
      <p className="memory-verdict" role="status">
        <StateMark state={verdicts[plan.verdict].state} />
        <span>
          <strong>{sentences[plan.verdict]}</strong> {plan.problems.join(' ')}
        </span>
      </p>
      {editable && <Remedies shown={shown} />}
      <Rows shown={shown} />
      <p className="note tertiary">Not all of it is there at once: a peak counts what lies in one place at the same time. Start is refused where a peak is more than this device offers.</p>
    </div>
  );
}

/** "of 5.3 GB", "or more" where the browser tells no more than so much. */
function offered({ available, lowerBounds }: PlanInView['limits'], place: Place): string {
  const there = available[place];
  return there === null ? 'of what is not told' : `of ${bytes(there)}${lowerBounds.includes(place) ? ' or more' : ''}`;
}

function Rows({ shown: { plan, limits } }: { readonly shown: PlanInView }) {
  return (
    <table className="memory-table figures">
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Needs</th>
          <th scope="col">Where</th>
        </tr>
      </thead>
      <tbody>
        {plan.rows.map((row) => (
          <tr key={`${row.part} ${row.place} ${row.detail}`}>
            <th scope="row">
              {partNames[row.part]}
              <span className="note tertiary">{row.detail}</span>
            </th>
            <td>{bytes(row.bytes)}</td>
            <td>{placeNames[row.place]}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {usedPlaces(plan).map((place) => (
          <tr key={place}>
            <th scope="row">Peak of {placeNames[place]}</th>
            <td>{bytes(plan.needed[place])}</td>
            <td>{offered(limits, place)}</td>
          </tr>
        ))}
      </tfoot>
    </table>
  );
}

function Remedies({ shown: { plan, limits } }: { readonly shown: PlanInView }) {
  if (plan.verdict !== 'too-large') return null;
  if (plan.remedies.length === 0) return <p className="small secondary">No setting makes it fit. A smaller model may.</p>;
  const place = tightestPlace(plan, limits);
  return (
    <div className="memory-remedies">
      <p className="small secondary">{plan.remedies.length === 1 ? 'This would make it fit:' : 'Any one of these would make it fit:'}</p>
      {plan.remedies.map((remedy) => (
        <Button key={remedy.label} onClick={() => editDraft((draft) => ({ ...draft, ...remedy.change }))}>
          {upperFirst(remedy.label)}: {bytes(remedy.needed[place])}
        </Button>
      ))}
    </div>
  );
}
