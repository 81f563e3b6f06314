import { useEffect } from 'react';
import { lookOf, useModels } from '../../store/model-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { textPlace } from '../../store/text-place.ts';
import { whenIdle } from '../../store/when-idle.ts';
import { useCommands } from './engine-context.ts';

/** Looks into the model and the texts that the draft names, where nobody has: an address may name them, or the Hub have changed. */
export function useChosenModel(): void {
  const commands = useCommands();
  const model = useSettings((settings) => settings.draft.model);
  const unknown = useModels((models) => lookOf(models, model) === null);
  const { training, heldOut } = useSettings((settings) => settings.draft.texts);
  useEffect(() => (unknown ? whenIdle(() => commands.models.inspect(model)) : undefined), [commands, model, unknown]);
  useEffect(() => {
    // Those that come with the page are known.
    for (const text of [training, heldOut].map(textPlace)) if (text.includes(':')) commands.models.inspectText(text);
  }, [commands, training, heldOut]);
}
