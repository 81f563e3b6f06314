import { useEngine } from '../../store/run-store.ts';
import { isActive } from '../shell/run-activity.ts';
import { DraftSection } from './draft-section.tsx';
import { FixedSection } from './fixed-section.tsx';
import { LiveSection } from './live-section.tsx';
import { ModelSection } from './model-section.tsx';
import { PresetSection } from './preset-section.tsx';
import './settings-rail.css';
import { TextsSection } from './texts-section.tsx';

/** Every setting of the run: what may change while it runs, and what is fixed once it starts. In a sheet the sheet has the title. */
export function SettingsRail({ titled = true }: { readonly titled?: boolean }) {
  const active = useEngine((engine) => isActive(engine.status));
  return (
    <div className="rail-sections">
      {titled && <h2 className="rail-title">Settings</h2>}
      {!active && <ModelSection />}
      <PresetSection />
      {!active && <DraftSection />}
      {!active && <TextsSection />}
      <LiveSection />
      {active && <FixedSection />}
    </div>
  );
}
