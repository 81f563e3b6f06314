import { useMemo, type ReactNode } from 'react';
import type { ModelSpec } from '../../model/spec.ts';
import { estimateCost } from '../../run/cost.ts';
import type { Verdict } from '../../run/device-limits.ts';
import { planMemory } from '../../run/memory-plan.ts';
import { modelName } from '../../sources/model-ref.ts';
import { bundledTexts } from '../../store/bundled-model.ts';
import { fileBytes, knownModel, useModels } from '../../store/model-store.ts';
import { offeredModels, type OfferedModel } from '../../store/offered-models.ts';
import { useEngine } from '../../store/run-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { about, bytes, count } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { StartProblem } from '../settings/start-problem.tsx';
import { useCost } from '../settings/use-cost.ts';
import { startDraft, useWhyNotStart } from '../settings/use-start.ts';
import { useCommands } from '../shell/engine-context.ts';
import { openModel, openSheet } from '../shell/open-sheet.ts';
import { GiveFolder } from './give-folder.tsx';

const bundledTextBytes = bundledTexts.reduce((sum, text) => sum + text.bytes, 0);
const isBundled = (model: string): boolean => !model.includes(':');

/** The chosen model with the button that starts, others that the page offers, and one's own. */
export function ModelOffers() {
  const chosen = useSettings((settings) => settings.draft.model);
  return (
    <ul className="offers" aria-label="Models">
      <ChosenModel model={chosen} />
      {offeredModels.filter(({ model }) => model !== chosen).map((offer) => (
        <Offer key={offer.model} offer={offer} />
      ))}
      <GiveFolder />
    </ul>
  );
}

interface RowProps {
  readonly name: string;
  readonly note: string;
  readonly facts: ReactNode;
  readonly children: ReactNode;
}

function Row({ name, note, facts, children }: RowProps) {
  return (
    <li className="offer">
      <div className="offer-words">
        <h3>
          {name} <span className="offer-note tertiary">{note}</span>
        </h3>
        <p className="small secondary">{facts}</p>
      </div>
      {children}
    </li>
  );
}

const layersOf = (spec: ModelSpec): string => `${count(spec.layers.length)} layers`;
const timeOf = (seconds: number | null): string => (seconds === null ? 'time not measured yet' : about(seconds));

/** What the run would begin with, what comes over the wire, and how long it takes. */
function ChosenModel({ model }: { readonly model: string }) {
  const commands = useCommands();
  const inspection = useModels((models) => knownModel(models, model));
  const { seconds } = useCost();
  const why = useWhyNotStart();
  const bundled = isBundled(model);
  const size = inspection && fileBytes(inspection);
  const place = size === null ? '' : bundled ? `${bytes(size + bundledTextBytes)}, included · ` : inspection?.here ? `${bytes(size)}, on this device · ` : `${bytes(size)} download · `;
  const note = inspection ? `${bundled ? 'demo, ' : ''}${layersOf(inspection.spec)}` : '';
  return (
    <Row
      name={modelName(model)}
      note={note}
      facts={
        <>
          {place + timeOf(seconds)} ·{' '}
          <button type="button" className="link-button" aria-haspopup="dialog" onClick={() => openSheet('settings')}>
            Settings
          </button>
        </>
      }
    >
      <Button look="primary" disabled={why !== null} onClick={() => startDraft(commands)}>
        {bundled ? 'Start the demo' : 'Start'}
      </Button>
      <StartProblem why={why} />
    </Row>
  );
}

const fits: Readonly<Record<Verdict, string>> = {
  fits: ', fits in memory',
  tight: ', just fits in memory',
  'too-large': ', does not fit in memory',
  unknown: '',
};

/** A model to fetch, with what it takes at the settings as they are. */
function Offer({ offer: { model, spec, bytes: size } }: { readonly offer: OfferedModel }) {
  const draft = useSettings((settings) => settings.draft);
  const probe = useEngine((engine) => engine.probe);
  const config = useMemo(() => ({ ...draft, model }), [draft, model]);
  const seconds = useMemo(() => probe && estimateCost(config, spec).totalFlop / probe.flopsPerSecond, [config, spec, probe]);
  const verdict = useMemo(() => probe && planMemory(config, spec, probe.limits).verdict, [config, spec, probe]);
  return (
    <Row name={modelName(model)} note={layersOf(spec)} facts={`${bytes(size)} download · ${timeOf(seconds)}${verdict === null ? '' : fits[verdict]}`}>
      <Button aria-haspopup="dialog" aria-label={`Load ${modelName(model)}`} onClick={() => openModel(model)}>
        Load
      </Button>
    </Row>
  );
}
