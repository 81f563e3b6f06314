import { parseJsonObject } from '../../sources/bounded-json.ts';
import type { CompanionFiles } from '../../sources/companion-files.ts';

/** Deepest nesting of a tokenizer.json; real files have some 8. */
const MAX_DEPTH = 64;

/** Token ids that begin, end and fill up texts; null where nothing says. */
export interface SpecialIds {
  readonly bos: number | null;
  /** One, or several where the model may end in several ways. */
  readonly eos: number | readonly number[] | null;
  readonly pad: number | null;
}

type Json = Readonly<Record<string, unknown>>;

const isId = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Ids that a config states under a key. */
function statedIds(json: Json | null, key: string): readonly number[] {
  const value = json?.[key];
  const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
  return ids.every(isId) ? ids : [];
}

/** Ids of the added tokens of a tokenizer.json, among which all special ones are. */
function addedIds({ tokenizer }: CompanionFiles): ReadonlyMap<string, number> {
  const parsed = parseJsonObject(new TextDecoder().decode(tokenizer), MAX_DEPTH);
  const ids = new Map<string, number>();
  const added = 'fault' in parsed ? null : parsed.json['added_tokens'];
  if (!Array.isArray(added)) return ids;
  for (const token of added as readonly unknown[]) {
    if (typeof token !== 'object' || token === null || !('content' in token) || !('id' in token)) continue;
    if (typeof token.content === 'string' && isId(token.id)) ids.set(token.content, token.id);
  }
  return ids;
}

/** The text of a token in tokenizer_config.json: a string, or an object with its content. */
function tokenText(stated: unknown): string | null {
  if (typeof stated === 'string') return stated;
  if (typeof stated !== 'object' || stated === null || !('content' in stated)) return null;
  return typeof stated.content === 'string' ? stated.content : null;
}

/**
 * The special ids of a model, by the first that states them: generation_config.json, config.json, the tokens that
 * tokenizer_config.json names.
 */
export function specialIds(companions: CompanionFiles, config: Json): SpecialIds {
  const added = addedIds(companions);
  const idsOf = (name: 'bos' | 'eos' | 'pad'): readonly number[] => {
    for (const json of [companions.generationConfig, config]) {
      const ids = statedIds(json, `${name}_token_id`);
      if (ids.length > 0) return ids;
    }
    const named = added.get(tokenText(companions.tokenizerConfig[`${name}_token`]) ?? '');
    return named === undefined ? [] : [named];
  };
  const eos = idsOf('eos');
  return { bos: idsOf('bos')[0] ?? null, eos: eos.length > 1 ? eos : (eos[0] ?? null), pad: idsOf('pad')[0] ?? null };
}
