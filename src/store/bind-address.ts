import { readSettings, settingNames, writeSettings } from './address-settings.ts';
import { writeParameters } from './address.ts';
import { defaultPrompt, settingsStore } from './settings-store.ts';
import { parseThemeChoice, startTheme } from './theme-store.ts';
import { bindPlace } from './view-store.ts';

const knownNames = new Set([...settingNames, 'theme', 'prompt', 'view', 'cand']);
const longestPrompt = 2000;
/** Browsers refuse to replace the address more often than about 100 times in 30 s: a dragged slider would. */
const writeMilliseconds = 300;

/** Fills the settings from the address, once, and writes later edits back. Never starts a run. */
export function bindAddress(): void {
  const parameters = new URLSearchParams(location.search);
  const { config, preset, ignored } = readSettings(parameters);
  const prompt = parameters.get('prompt')?.slice(0, longestPrompt);
  const theme = parseThemeChoice(parameters.get('theme'));
  if (parameters.has('theme') && theme === null) ignored.push(`theme=${parameters.get('theme')}`);
  for (const name of parameters.keys()) if (!knownNames.has(name)) ignored.push(name);
  settingsStore.setState({ draft: config, preset, ignored, ...(prompt ? { prompt } : {}) });
  startTheme(theme);
  bindPlace();
  let timer: ReturnType<typeof setTimeout> | undefined;
  settingsStore.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(writeBack, writeMilliseconds);
  });
}

function writeBack(): void {
  const { draft, preset, prompt } = settingsStore.getState();
  writeParameters({ ...writeSettings(draft, preset), prompt: prompt === defaultPrompt ? null : prompt });
}
