import { formatIds } from '../../export/formats.ts';
import { useWatchedRun } from '../../store/playback-store.ts';
import { useRun } from '../../store/use-run.ts';
import { bytes } from '../format/format.ts';
import { CheckFacts } from './check-facts.tsx';
import './export-view.css';
import { formatBytes, mainRows, offerOf, rowName } from './format-choice.ts';
import { BaseModel, RunFiles } from './run-files.tsx';

/** What a recorded run wrote: its events tell of the files, and do not hold them. */
export function RecordedExports() {
  const { written, offers } = useRun((run) => run.exports);
  const watching = useWatchedRun() !== null;
  const formats = formatIds.flatMap((id) => written[id] ?? []);
  return (
    <>
      <p className="small secondary">
        {watching
          ? 'Its weights are in the tab that runs it: its model can be saved there.'
          : 'This is a recording. Weights are no part of it, so its model cannot be saved here. Its settings, run again on the same kind of device, lead to much the same model.'}
      </p>
      <ul className="export-recorded" aria-label="Formats">
        {mainRows.map((format) => (
          <li key={format}>
            <span>{rowName(format)}</span>
            <span className="figures secondary">{bytes(formatBytes(offerOf(offers, format), written[format]))}</span>
          </li>
        ))}
      </ul>
      {formats.map((each) => (
        <CheckFacts key={each.format} written={each} />
      ))}
      <BaseModel />
      <RunFiles />
    </>
  );
}
