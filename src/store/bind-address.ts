import { displayNames, readDisplay } from './address-display.ts';
import { readSampling, samplingNames } from './address-sampling.ts';
import { readSettings, settingNames } from './address-settings.ts';
import { toldIgnored, writeParameters } from './address.ts';
import { displayStore, setDisplay } from './display-store.ts';
import { parametersFor } from './link.ts';
import { bindPins } from './runs/pins.ts';
import { longestPrompt, settingsStore } from './settings-store.ts';
import { parseThemeChoice, startTheme } from './theme-store.ts';
import { bindPlace, unreadPlaces } from './view-store.ts';

const knownNames = new Set([...settingNames, ...displayNames, ...samplingNames, 'theme', 'prompt', 'view', 'cand', 'pins']);
/** Browsers refuse to replace the address more often than about 100 times in 30 s: a dragged slider would. */
const writeMilliseconds = 300;

/** Fills settings and display from the address, once, and writes later edits back. Never starts a run. */
export function bindAddress(): void {
  const parameters = new URLSearchParams(location.search);
  const { config, preset, ignored } = readSettings(parameters);
  const prompt = parameters.get('prompt')?.slice(0, longestPrompt);
  const theme = parseThemeChoice(parameters.get('theme'));
  if (parameters.has('theme') && theme === null) ignored.push(`theme=${parameters.get('theme')}`);
  for (const name of parameters.keys()) if (!knownNames.has(name)) ignored.push(name);
  const shown = readDisplay(parameters);
  const { sampling, ...tried } = readSampling(parameters);
  ignored.push(...tried.ignored, ...shown.ignored, ...unreadPlaces(parameters));
  settingsStore.setState({ draft: config, preset, ignored: toldIgnored(ignored), sampling, ...(prompt ? { prompt } : {}) });
  setDisplay(shown.display);
  startTheme(theme);
  bindPlace();
  bindPins();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const writeSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => writeParameters(parametersFor(null)), writeMilliseconds);
  };
  settingsStore.subscribe(writeSoon);
  displayStore.subscribe(writeSoon);
  // Back and Forward go to another place; the settings stay, and the address there has to say so.
  addEventListener('popstate', writeSoon);
}
