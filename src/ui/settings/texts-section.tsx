import { parseTextRef } from '../../sources/text-ref.ts';
import { useModels } from '../../store/model-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { textName, textPlace } from '../../store/text-place.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { openSheet, type SheetName } from '../shell/open-sheet.ts';

/** What the next run reads. */
export function TextsSection() {
  const { training, heldOut } = useSettings((settings) => settings.draft.texts);
  return (
    <section className="rail-section" aria-labelledby="texts-title">
      <div className="rail-head">
        <h3 id="texts-title">Texts</h3>
        <span className="note tertiary">never uploaded</span>
      </div>
      <TextRow label="Training" text={training} sheet="training-text" />
      <TextRow label="Held out" text={heldOut} sheet="held-out-text" />
      {textPlace(training) === textPlace(heldOut) && <p className="note tertiary">The same text for both is parted, so that the two share nothing.</p>}
    </section>
  );
}

function TextRow({ label, text, sheet }: { readonly label: string; readonly text: string; readonly sheet: SheetName }) {
  const look = useModels((models) => models.texts.get(textPlace(text)));
  const { field } = parseTextRef(text);
  return (
    <div className="text-row">
      <span className="secondary">{label}</span>
      <span className="text-name" title={text}>
        {look?.status === 'failed' && <StateMark state="err" />}
        {textName(text)}
        {field !== null && <span className="tertiary">, {field}</span>}
      </span>
      <button type="button" className="link-button" aria-haspopup="dialog" aria-label={`Change the ${label.toLowerCase()} text`} onClick={() => openSheet(sheet)}>
        Change…
      </button>
      {look?.status === 'failed' && <p className="note rail-problem">{look.explanation.what}</p>}
    </div>
  );
}
