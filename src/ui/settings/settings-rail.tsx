import { useEngine } from '../../store/run-store.ts';
import { useIsLive } from '../../store/use-run.ts';
import { isActive } from '../shell/run-activity.ts';
import { DraftSection } from './draft-section.tsx';
import { DraftingHead } from './drafting-head.tsx';
import { FixedSection } from './fixed-section.tsx';
import { LiveSection } from './live-section.tsx';
import { ModelSection } from './model-section.tsx';
import { PresetSection } from './preset-section.tsx';
import './settings-rail.css';
import { TextsSection } from './texts-section.tsx';
import { useSearchSettings } from './use-search-settings.ts';

const titles = { draft: 'Settings', live: 'Settings', closed: 'Settings', recorded: 'Settings of this run' } as const;

/**
 * Every setting of the run: what may change while it runs, and what is fixed once it starts; or those of the next run, while it is
 * drafted beside the one under way. In a sheet the sheet has the title.
 */
export function SettingsRail({ titled = true }: { readonly titled?: boolean }) {
  const live = useIsLive();
  const active = useEngine((engine) => isActive(engine.status)) && live;
  const { mode } = useSearchSettings();
  const draft = mode === 'draft';
  return (
    <div className="rail-sections">
      {titled && <h2 className="rail-title">{draft && active ? 'Settings of the next run' : titles[mode]}</h2>}
      {draft && active && <DraftingHead />}
      {draft && <ModelSection />}
      {mode !== 'recorded' && <PresetSection />}
      {draft && <DraftSection />}
      {draft && <TextsSection />}
      <LiveSection />
      {!draft && <FixedSection />}
    </div>
  );
}
