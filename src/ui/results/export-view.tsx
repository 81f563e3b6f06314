import { useEffect, useState } from 'react';
import type { FormatId } from '../../export/formats.ts';
import { useRun } from '../../store/use-run.ts';
import { Disclosure } from '../parts/disclosure.tsx';
import { removePrivateFiles } from '../parts/private-file.ts';
import { CheckFacts } from './check-facts.tsx';
import { CodeSection } from './code-section.tsx';
import { DownloadFormat } from './download-format.tsx';
import { ExportOptions } from './export-options.tsx';
import './export-view.css';
import { defaultRows, folderFormats, folderRows, pathsInFolder } from './folder-contents.ts';
import { FolderSection } from './folder-section.tsx';
import { firstAvailable, isAvailable, mainRows, needsExternalData, offerOf, paddedRows, withAttention, type Attention } from './format-choice.ts';
import { FormatList } from './format-list.tsx';
import { BaseModel, RunFiles } from './run-files.tsx';
import { ShapeSection } from './shape-section.tsx';

/** What the winner can be written as, and the run's own files. */
export function ExportView() {
  const offered = useRun((run) => run.exports.offers.length > 0);
  return (
    <>
      {offered ? <Formats /> : <p className="small secondary">This run wrote no model file.</p>}
      <BaseModel />
      <RunFiles />
    </>
  );
}

function Formats() {
  const { offers, written, name } = useRun((run) => run.exports);
  const [attention, setAttention] = useState<Attention>('plain');
  const [externalData, setExternalData] = useState(false);
  const [wanted, setWanted] = useState<FormatId | null>(null);
  const [picked, setPicked] = useState<readonly FormatId[] | null>(null);
  // What an earlier visit put together is downloaded by now.
  useEffect(() => void removePrivateFiles(), []);
  const row = wanted ?? firstAvailable(offers, attention) ?? 'onnx-fp16';
  const format = withAttention(row, attention);
  const offer = offerOf(offers, format);
  const present = written[format];
  const rows = folderRows(offers, attention);
  const inFolder = picked ?? defaultRows(rows, row);
  const formats = folderFormats(inFolder.filter((other) => rows.includes(other)), attention);
  const list = { attention, chosen: row, onChoose: setWanted };
  return (
    <>
      <FormatList label="Format" rows={mainRows} {...list} />
      <Disclosure summary="For programs that know no irregular layers" className="export-padded">
        <p className="note tertiary">Every layer is filled up with zeros to the dense shape: compatible, not smaller.</p>
        <FormatList label="Format, filled up to the dense shape" rows={paddedRows} {...list} />
      </Disclosure>
      <ExportOptions attention={attention} onAttention={setAttention} externalData={externalData} forced={needsExternalData(offer)} onExternalData={setExternalData} />
      <DownloadFormat format={format} available={isAvailable(offers, format)} externalData={externalData} />
      {present && <CheckFacts written={present} />}
      <FolderSection rows={rows} picked={inFolder} onPick={setPicked} formats={formats} externalData={externalData} />
      <div className="export-part">
        <CodeSection format={format} files={pathsInFolder(format, formats, present?.files ?? offer?.files ?? [])} name={name} />
        <ShapeSection />
      </div>
    </>
  );
}
