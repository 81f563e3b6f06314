import type { ExportedFormat, FormatCheck } from '../../run/exports/export-events.ts';
import { useIsLive } from '../../store/use-run.ts';
import { percent, perplexity, tiny, tokens } from '../format/format.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { Facts, type Fact } from '../parts/facts.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { costOfFormat } from './export-words.ts';
import { formatName } from './format-choice.ts';
import { baseName } from './save-format.ts';

const backends = { webgpu: 'WebGPU', wasm: 'WebAssembly' } as const;

function measured(check: FormatCheck): readonly Fact[] {
  return [
    [`Largest logit difference, ${tokens(check.tokens)} tokens`, tiny(check.maxAbsoluteError)],
    ['Relative error', tiny(check.relativeError)],
    ['Same top token', percent(check.agreement)],
    ['Perplexity of the file', perplexity(check.perplexity)],
    ['Perplexity of the candidate', perplexity(check.candidatePerplexity)],
  ];
}

/** What a format was found to be after it was written. */
export function CheckFacts({ written }: { readonly written: ExportedFormat }) {
  const live = useIsLive();
  const { check, notChecked, files, format } = written;
  const cost = check && costOfFormat(check);
  const passed = check ? `passed, ${backends[check.backend]}` : 'not checked';
  return (
    <div className="export-part">
      <h3>
        Checked after writing <span className="tertiary export-which">{formatName(format)}</span>
      </h3>
      <Facts facts={[[live ? 'Reloaded and run in this tab' : 'Reloaded and run', <span key="outcome" className={check ? 'export-passed' : undefined}>{passed}</span>], ...(check ? measured(check) : [])]} />
      {notChecked !== null && <p className="note tertiary">{notChecked}</p>}
      {cost !== null && (
        <p className="small export-cost">
          <StateMark state="warn" />
          <span>{cost}</span>
        </p>
      )}
      <ul className="export-hashes">
        {files.map((file) => (
          <Hash key={file.path} path={file.path} sha256={file.sha256} alone={files.length === 1} />
        ))}
      </ul>
      {check && (
        <Disclosure summary="What the file writes">
          <p className="export-sample">
            <span className="tertiary">{check.sample.prompt}</span>
            {check.sample.text}
          </p>
          <p className="note tertiary">Its most likely tokens, after the beginning of the held-out passage.</p>
        </Disclosure>
      )}
    </div>
  );
}

interface HashProps {
  readonly path: string;
  readonly sha256: string;
  readonly alone: boolean;
}

function Hash({ path, sha256, alone }: HashProps) {
  return (
    <li>
      <span className="secondary">SHA-256{alone ? '' : ` of ${baseName(path)}`}</span>
      <span>
        <code title={sha256}>{`${sha256.slice(0, 8)}…${sha256.slice(-4)}`}</code> <CopyButton text={sha256} label={`Copy the SHA-256 of ${baseName(path)}`} />
      </span>
    </li>
  );
}
