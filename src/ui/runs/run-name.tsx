import { useState, type KeyboardEvent } from 'react';
import { loadRuns } from '../../store/runs/load-runs.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';

interface Props {
  readonly run: StoredRun;
  readonly renaming: boolean;
  /** It is under way in another tab, where it can be looked at from here. */
  readonly elsewhere: boolean;
  readonly onOpen: () => void;
  readonly onDone: () => void;
}

const longest = 80;

/** A run's name, which opens it; a field while it is renamed (Enter keeps, Escape does not). */
export function RunName({ run, renaming, elsewhere, onOpen, onDone }: Props) {
  if (renaming) return <NameField {...{ run, onDone }} />;
  return (
    <button type="button" className="run-open" title={`${elsewhere ? 'Watch' : 'Open'}, began ${new Date(run.startedAt).toLocaleString()}`} onClick={onOpen}>
      {run.name}
    </button>
  );
}

function NameField({ run, onDone }: Pick<Props, 'run' | 'onDone'>) {
  const [name, setName] = useState(run.name);
  const keep = (): void => {
    const next = name.trim();
    if (next !== '' && next !== run.name) void loadRuns().then((library) => library.rename(run.id, next));
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') keep();
    else if (event.key === 'Escape') onDone();
    else return;
    event.stopPropagation();
  };
  return (
    <input
      className="run-rename"
      aria-label={`Name of ${run.name}`}
      value={name}
      maxLength={longest}
      // The reader has just asked to type here.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setName(event.target.value)}
      onBlur={keep}
      onKeyDown={onKeyDown}
    />
  );
}
