import { useEffect, useState } from 'react';
import { lookAtStorage, removeThings } from '../../store/storage/look-at-storage.ts';
import { storedStore, useStored } from '../../store/storage/storage-store.ts';
import { storedKinds, type StoredKind, type StoredThing } from '../../store/storage/stored-things.ts';
import { bytes } from '../format/format.ts';
import { AskOnce } from '../models/ask-once.tsx';
import { Button } from '../parts/button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { SpaceLines } from './space-lines.tsx';
import '../models/model-sheets.css';
import './storage-sheet.css';
import { chosenWords, kindTitles, sizeWords, warningWords } from './storage-words.ts';
import { WaitsForRoom } from './waits-for-room.tsx';

const keyOf = ({ kind, id }: StoredThing): string => `${kind} ${id}`;

/** Everything that the page keeps in this browser, with its size, to delete from. */
export function StorageSheet({ onClose }: { readonly onClose: () => void }) {
  const things = useStored((stored) => stored.things);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    storedStore.setState({ freed: 0, problems: [] });
    void lookAtStorage();
  }, []);
  const picked = (things ?? []).filter((thing) => thing.inUse === null && chosen.has(keyOf(thing)));
  const toggle = (thing: StoredThing): void => {
    const key = keyOf(thing);
    setChosen(new Set(chosen.has(key) ? [...chosen].filter((other) => other !== key) : [...chosen, key]));
  };
  return (
    <Sheet open onClose={onClose} title="Storage" place="wide">
      <div className="sheet-scroll storage-sheet">
        <SpaceLines kept={(things ?? []).reduce((total, thing) => total + thing.bytes, 0)} />
        {things === null && <p className="small secondary">Looking at what is stored…</p>}
        {things?.length === 0 && <p className="small secondary">Nothing is stored. Models that you download, runs and what they write are kept here.</p>}
        {storedKinds.map((kind) => (
          <Group key={kind} kind={kind} things={(things ?? []).filter((thing) => thing.kind === kind)} chosen={chosen} onToggle={toggle} />
        ))}
        <Problems />
      </div>
      <Foot picked={picked} onDone={() => setChosen(new Set())} />
    </Sheet>
  );
}

interface GroupProps {
  readonly kind: StoredKind;
  readonly things: readonly StoredThing[];
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (thing: StoredThing) => void;
}

function Group({ kind, things, chosen, onToggle }: GroupProps) {
  if (things.length === 0) return null;
  return (
    <fieldset className="storage-group">
      <legend>
        {kindTitles[kind]} <span className="note tertiary figures">{sizeWords(things)}</span>
      </legend>
      {things.map((thing) => (
        <label key={thing.id} className="storage-row">
          <input type="checkbox" disabled={thing.inUse !== null} checked={thing.inUse === null && chosen.has(keyOf(thing))} onChange={() => onToggle(thing)} />
          <span className="storage-name">{thing.name}</span>
          <span className="figures storage-size">{bytes(thing.bytes)}</span>
          <span className="note tertiary storage-note">{thing.inUse === null ? thing.note : `in use: ${thing.inUse}`}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Problems() {
  const problems = useStored((stored) => stored.problems);
  return (
    <div role="alert">
      {problems.map(({ what, means, remedy }) => (
        <p key={what} className="small storage-problem">
          <StateMark state="err" />
          <span>
            {what} {means} {remedy}
          </span>
        </p>
      ))}
    </div>
  );
}

/** What is chosen, asked about once, and what came of it. */
function Foot({ picked, onDone }: { readonly picked: readonly StoredThing[]; readonly onDone: () => void }) {
  const commands = useCommands();
  const removing = useStored((stored) => stored.removing);
  const freed = useStored((stored) => stored.freed);
  const [asking, setAsking] = useState(false);
  const remove = async (): Promise<void> => {
    setAsking(false);
    await removeThings(picked, (model) => commands.models.deleteStored(model));
    commands.checkpoints.list();
    onDone();
  };
  if (asking && picked.length > 0) {
    return (
      <div className="storage-foot">
        <AskOnce question={`Delete ${chosenWords(picked)}? ${warningWords(picked)}`} action="Delete" onYes={() => void remove()} onNo={() => setAsking(false)} />
      </div>
    );
  }
  return (
    <div className="storage-foot">
      <Button disabled={picked.length === 0 || removing} onClick={() => setAsking(true)}>
        {picked.length === 0 ? 'Delete…' : `Delete ${chosenWords(picked)}…`}
      </Button>
      <span className="small secondary" role="status">
        {removing ? 'Deleting…' : freed > 0 ? `${bytes(freed)} were deleted.` : ''}
      </span>
      <WaitsForRoom />
    </div>
  );
}
