import { linkTo } from '../../store/link.ts';
import { useRun } from '../../store/use-run.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { paperCitation, runCitation, type Citation } from './citation.ts';
import './cite-menu.css';
import { programVersion } from './program-version.ts';

/** What to cite: the paper, and the run that is shown. */
export function CiteMenu() {
  return (
    <InfoPopover title="Cite" trigger={<Button>Cite</Button>}>
      <Cited title="The method" what="the paper" citation={paperCitation} />
      <CitedRun />
    </InfoPopover>
  );
}

function CitedRun() {
  const config = useRun((run) => run.config);
  const model = useRun((run) => run.model);
  const startedAt = useRun((run) => run.startedAt);
  const citation = config && runCitation({ config, model, startedAt, link: linkTo(config), version: programVersion });
  return citation ? <Cited title="This run" what="this run" citation={citation} /> : null;
}

interface Props {
  readonly title: string;
  readonly what: string;
  readonly citation: Citation;
}

function Cited({ title, what, citation }: Props) {
  return (
    <div className="cite-part">
      <div className="cite-head">
        <h3>{title}</h3>
        <CopyButton text={citation.bibtex} label={`Copy ${what} as BibTeX`} words="Copy BibTeX" />
        <CopyButton text={citation.text} label={`Copy ${what} as plain text`} words="Copy text" />
      </div>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={`BibTeX of ${what}`}>
        {citation.bibtex}
      </pre>
    </div>
  );
}
