import { Panel } from '../parts/panel.tsx';

/** One candidate in full: takes the right column's place. */
export function CandidatePanel({ id }: { readonly id: string }) {
  return (
    <Panel title={`Candidate ${id}`} id="candidate">
      <p className="small tertiary">–</p>
    </Panel>
  );
}
