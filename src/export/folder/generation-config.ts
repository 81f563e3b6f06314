import type { CompanionFiles } from '../../sources/companion-files.ts';
import { jsonText } from './json-text.ts';
import { specialIds } from './special-ids.ts';

/**
 * The text of generation_config.json: the original's, with the ids that it leaves to other files; where there was none, those
 * ids alone. `config` is config.json of the original.
 */
export function generationConfig(companions: CompanionFiles, config: Readonly<Record<string, unknown>>): string {
  const { bos, eos, pad } = specialIds(companions, config);
  const ids = { bos_token_id: bos, eos_token_id: eos, pad_token_id: pad };
  const known = Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== null));
  return jsonText({ ...(companions.generationConfig ?? { _from_model_config: true }), ...known });
}
