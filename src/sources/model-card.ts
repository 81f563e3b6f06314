import { FileMissingError } from './file-source.ts';
import type { FileSource, OpenOptions } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import type { ModelAbout } from './model-about.ts';

/** What the front matter of a model card says; null where it says nothing. */
export interface ModelCard {
  /** SPDX id or the Hub's word for it; `other` where `licenceName` says more. */
  readonly licence: string | null;
  readonly licenceName: string | null;
  readonly licenceLink: string | null;
  /** The model that this one was made from, as the Hub names it. */
  readonly baseModel: string | null;
}

/** What a plain value cannot begin with: lists, blocks, aliases and the like. */
const NOT_PLAIN = /^["'[\]{}|>&*!%@`#,?-]/;

/** A value of one line, without its quotes or a comment behind it; null for what is no plain text. */
function plainValue(text: string): string | null {
  const quote = text[0] === '"' || text[0] === "'" ? text[0] : null;
  if (quote === null && NOT_PLAIN.test(text)) return null;
  const end = quote === null ? text.indexOf(' #') : text.indexOf(quote, 1);
  if (quote !== null && end < 0) return null;
  const value = text.slice(quote === null ? 0 : 1, end < 0 ? text.length : end).trim();
  return value === '' || value === 'null' || value === '~' || value.length > sourceLimits.cardValue ? null : value;
}

/** Lines between the first line, `---`, and the next such line. */
function frontMatter(card: string): readonly string[] {
  const lines = card.slice(0, sourceLimits.card).replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines[0]?.trimEnd() !== '---') return [];
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  return end < 0 ? [] : lines.slice(1, end);
}

/** The value of a key: on its own line, or the only entry of a list below it. */
function valueOf(lines: readonly string[], keys: readonly string[]): string | null {
  for (const [index, line] of lines.entries()) {
    const colon = line.indexOf(':');
    if (colon < 0 || !keys.includes(line.slice(0, colon))) continue;
    const rest = line.slice(colon + 1);
    if (rest.trim() !== '') return rest.startsWith(' ') ? plainValue(rest.trim()) : null;
    const isEntry = (entry: string | undefined): boolean => entry?.trimStart().startsWith('- ') ?? false;
    const entry = lines[index + 1];
    if (entry === undefined || !isEntry(entry) || isEntry(lines[index + 2])) return null;
    return plainValue(entry.trimStart().slice(2).trim());
  }
  return null;
}

/**
 * Reads what a model card (README.md) says of licence and origin in its front matter: plain `key: value` lines between two
 * lines `---` at its beginning, https://huggingface.co/docs/hub/model-cards. Everything else of YAML is passed over. Never throws.
 */
export function readModelCard(card: string): ModelCard {
  const lines = frontMatter(card);
  return {
    licence: valueOf(lines, ['license', 'licence']),
    licenceName: valueOf(lines, ['license_name', 'licence_name']),
    licenceLink: valueOf(lines, ['license_link', 'licence_link']),
    baseModel: valueOf(lines, ['base_model']),
  };
}

/**
 * What a source says of its model: its own word where it has one, else that of the README.md among its files. A source
 * without a list of its files is not asked for one, since the file may not be there.
 */
export async function aboutSource(source: FileSource, { signal }: OpenOptions = {}): Promise<ModelAbout> {
  if (source.about) return source.about;
  const silent = { name: source.name, licence: null, card: null, revision: null };
  if (!(await source.list?.())?.includes('README.md')) return silent;
  try {
    const file = await source.open('README.md', { signal });
    const bytes = await file.slice(0, Math.min(file.size, sourceLimits.card));
    const { licence, licenceName } = readModelCard(new TextDecoder().decode(bytes));
    return { ...silent, licence: (licence === 'other' ? licenceName : null) ?? licence };
  } catch (error) {
    if (error instanceof FileMissingError) return silent;
    throw error;
  }
}
