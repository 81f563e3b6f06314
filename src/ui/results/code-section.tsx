import { useEffect, useState } from 'react';
import type { FormatId } from '../../export/formats.ts';
import type { Snippet } from '../../export/folder/snippets.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { formatName } from './format-choice.ts';

interface Props {
  readonly format: FormatId;
  /** Of the format, in the model folder. */
  readonly files: readonly string[];
  readonly name: string;
}

/** Fetched when the disclosure is opened. */
const load = () => import('../../export/folder/snippets.ts');

/** Code that opens the chosen format, for each program, to copy. */
export function CodeSection({ format, files, name }: Props) {
  const [snippets, setSnippets] = useState<readonly Snippet[]>([]);
  const [runtime, setRuntime] = useState<string | null>(null);
  const paths = files.join('\n');
  useEffect(() => {
    let current = true;
    load().then(
      ({ snippetsFor }) => current && setSnippets(paths === '' ? [] : snippetsFor(format, paths.split('\n'), name)),
      () => current && setSnippets([]),
    );
    return () => {
      current = false;
    };
  }, [format, paths, name]);
  const shown = snippets.find((snippet) => snippet.runtime === runtime) ?? snippets[0];
  if (!shown) return null;
  return (
    <Disclosure summary={`Code that opens ${formatName(format)}`} className="export-code">
      <div className="code-runtimes">
        <Segmented plain label="Program" value={shown.runtime} options={snippets.map((snippet) => ({ value: snippet.runtime, label: snippet.runtime }))} onChange={setRuntime} />
      </div>
      <div className="code-head">
        <span className="note tertiary">Run where the model folder lies, unpacked.</span>
        <CopyButton text={shown.code} label={`Copy the code for ${shown.runtime}`} />
      </div>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="code-text" role="region" aria-label={`Code for ${shown.runtime}`} tabIndex={0}>
        <code>{shown.code}</code>
      </pre>
    </Disclosure>
  );
}
