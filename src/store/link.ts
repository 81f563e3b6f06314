import type { RunConfig } from '../run/run-config.ts';
import { writeDisplay } from './address-display.ts';
import { writeSampling } from './address-sampling.ts';
import { writeSettings } from './address-settings.ts';
import { withParameters } from './address.ts';
import { displayStore } from './display-store.ts';
import { defaultPrompt, settingsStore } from './settings-store.ts';

/** All that an address says beside the place: these settings (the draft's, where null), and what is shown and asked here; null for what is usual. */
export function parametersFor(config: RunConfig | null): Record<string, string | null> {
  const { draft, preset, prompt, sampling } = settingsStore.getState();
  return {
    ...writeSettings(config ?? draft, preset),
    ...writeDisplay(displayStore.getState()),
    ...writeSampling(sampling),
    prompt: prompt === defaultPrompt ? null : prompt,
  };
}

/**
 * An address that fills the page with these settings (the draft's, where null) and shows them as they are shown here. Whoever opens
 * it and presses Start repeats the run: all that a run draws, it draws from its seed. What was given on this page only is not in it.
 */
export function linkTo(config: RunConfig | null, view: string | null = null): string {
  const { origin, pathname } = location;
  return `${origin}${pathname}${withParameters('', { view, ...parametersFor(config) })}`;
}
