import { memo, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { LogLine, RunState } from '../../store/run-state.ts';
import { useRunWhenIdle } from '../../store/use-run.ts';
import { count, duration } from '../format/format.ts';
import { Panel } from '../parts/panel.tsx';
import { saveText } from '../parts/save-file.ts';
import { Segmented } from '../parts/segmented.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import './log-panel.css';
import { useMedia } from '../parts/use-media.ts';
import { tell } from './tell.ts';

type Filter = 'all' | 'change' | 'problem';
const filters = [
  { value: 'all', label: 'All' },
  { value: 'change', label: 'Changes' },
  { value: 'problem', label: 'Problems' },
] as const satisfies readonly { readonly value: Filter; readonly label: string }[];
/** Lines that can be scrolled to; a long run has thousands, and the file has them all. */
const longest = 200;
/** Lines that are drawn before anybody scrolls, and how many more then: all of them anew for each generation of a recording would hold up its scrubbing. */
const drawn = 40;

const logOf = (run: RunState): readonly LogLine[] => run.log;

/** What happened, newest first, one sentence a line. */
export function LogPanel() {
  const log = useRunWhenIdle(logOf);
  const [filter, setFilter] = useState<Filter>('all');
  const lines = useMemo(() => {
    const wanted = filter === 'all' ? log : log.filter((line) => line.kind === filter);
    return wanted.slice(-longest).reverse();
  }, [log, filter]);
  const tools = (
    <div className="log-tools">
      <Segmented plain label="Lines" value={filter} options={filters} onChange={setFilter} />
      <button type="button" className="link-button" disabled={log.length === 0} onClick={() => saveText('log.jsonl', 'application/jsonl', log.map((line) => `${JSON.stringify(line)}\n`))}>
        JSON
      </button>
    </div>
  );
  return (
    <Panel title="Log" note={log.length > 0 ? count(log.length) : undefined} id="log" className="log-panel" aside={tools}>
      {lines.length === 0 ? (
        <p className="small tertiary">{filter === 'problem' ? 'No problems.' : filter === 'change' ? 'No setting was changed.' : 'Nothing has happened yet.'}</p>
      ) : (
        <Lines lines={lines} total={log.length} />
      )}
    </Panel>
  );
}

/** On phones the log is behind a link: it would push everything else out of reach. */
function Lines({ lines, total }: { readonly lines: readonly LogLine[]; readonly total: number }) {
  const phone = useMedia('(max-width: 599px)');
  const [open, setOpen] = useState(false);
  const [most, setMost] = useState(drawn);
  if (phone && !open) {
    return (
      <button type="button" className="link-button" onClick={() => setOpen(true)}>
        Show the log
      </button>
    );
  }
  return (
    // A region that scrolls has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="log-scroll" role="region" aria-label="Log lines" tabIndex={0}>
      <ol className="log-lines">
        {lines.slice(0, most).map((line, index) => (
          <Line key={total - index} line={line} />
        ))}
        {most < lines.length && <More key={most} onSeen={() => setMost(most + drawn)} />}
      </ol>
    </div>
  );
}

/** The place after the lines that are drawn; more are where it comes into view. */
function More({ onSeen }: { readonly onSeen: () => void }) {
  const place = useRef<HTMLLIElement>(null);
  const seen = useEffectEvent(onSeen);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && seen());
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return <li ref={place} className="log-more" aria-hidden />;
}

const Line = memo(function Line({ line }: { readonly line: LogLine }) {
  const where = line.generation === null ? duration(line.at) : count(line.generation);
  return (
    <li className={`log-line log-${line.event.type === 'run-failed' ? 'failure' : line.kind}`}>
      <span className="log-where figures">{where}</span>
      <span>
        {line.kind === 'problem' && <StateMark state={line.event.type === 'run-failed' ? 'err' : 'warn'} />}
        {tell(line.event)}
      </span>
    </li>
  );
});
