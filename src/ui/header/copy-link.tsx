import { Link } from 'lucide-react';
import { linkTo } from '../../store/link.ts';
import { otherRun } from '../../store/playback-store.ts';
import { engineStore } from '../../store/run-store.ts';
import { placeNow } from '../../store/view-store.ts';
import { useCopied } from '../parts/copy-button.tsx';

/** The settings of the run that is shown, and how it is looked at, as an address. */
function linkHere(): string {
  const { view } = placeNow();
  const { run } = (otherRun() ?? engineStore).getState();
  return linkTo(run.config, view === 'search' ? null : view);
}

/** Copies a link that repeats this run: its settings, and how it is looked at. */
export function CopyLink() {
  const [said, copy] = useCopied();
  return (
    <>
      <button type="button" className="icon-button" aria-label="Copy link" title="Copy a link to these settings and this view" onClick={() => copy(linkHere())}>
        <Link size={15} aria-hidden />
      </button>
      <span className={said === null ? 'visually-hidden' : 'header-said small'} role="status">
        {said === 'Copied' ? 'Link copied' : said}
      </span>
    </>
  );
}
