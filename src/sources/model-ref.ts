import { ExplainedError } from '../base/explained-error.ts';
import { sourceLimits } from './limits.ts';

/** Where a model comes from, in one line of text: what `run.json`, the address and the events name it by. */
export type ModelRef =
  /** `tales-6m`: comes with the page. */
  | { readonly kind: 'bundled'; readonly id: string }
  /** `hub:owner/name@revision`: the Hugging Face Hub, or a mirror of it. */
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string }
  /** `url:https://host/folder/`: files below an address. */
  | { readonly kind: 'url'; readonly base: string }
  /** `local:name`: files that the reader gave, known in this session only. */
  | { readonly kind: 'local'; readonly name: string };

export class ModelRefError extends ExplainedError {
  constructor(text: string, reason: string) {
    super({
      what: `${JSON.stringify(text.slice(0, 120))} names no model: ${reason}.`,
      means: 'Nothing was loaded.',
      remedy: 'Name a bundled model by its id, one of the Hub as "owner/name", or give the address of a folder.',
    });
  }
}

const hubName = /^[\w.-]{1,96}\/[\w.-]{1,96}$/;
/** A branch, tag or commit; no path tricks. */
const hubRevision = /^(?!.*\.\.)[\w.-]+(\/[\w.-]+)*$/;

function parseHub(text: string, rest: string): ModelRef {
  const at = rest.indexOf('@');
  const id = at < 0 ? rest : rest.slice(0, at);
  const revision = at < 0 ? 'main' : rest.slice(at + 1);
  if (!hubName.test(id) || /(^|\/)\.{1,2}(\/|$)/.test(id)) throw new ModelRefError(text, 'a model of the Hub is called "owner/name"');
  if (!hubRevision.test(revision) || revision.length > 200) throw new ModelRefError(text, 'the revision is no branch, tag or commit');
  return { kind: 'hub', id, revision };
}

/** An http(s) address without secrets in it. */
export function parseAddress(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const plain = (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
  return plain ? url : null;
}

/** Throws {@link ModelRefError}. */
export function parseModelRef(text: string): ModelRef {
  if (text.length > sourceLimits.reference) throw new ModelRefError(text, `it has more than ${sourceLimits.reference} characters`);
  if (text.startsWith('hub:')) return parseHub(text, text.slice(4));
  if (text.startsWith('url:')) {
    const url = parseAddress(text.slice(4));
    if (!url) throw new ModelRefError(text, 'it is no web address');
    return { kind: 'url', base: url.href };
  }
  if (text.startsWith('local:')) return { kind: 'local', name: text.slice(6) };
  if (!/^[\w.-]+$/.test(text) || /^\.+$/.test(text)) throw new ModelRefError(text, 'it is neither an id nor an address');
  return { kind: 'bundled', id: text };
}

export function formatModelRef(ref: ModelRef): string {
  switch (ref.kind) {
    case 'bundled':
      return ref.id;
    case 'hub':
      return `hub:${ref.id}@${ref.revision}`;
    case 'url':
      return `url:${ref.base}`;
    case 'local':
      return `local:${ref.name}`;
  }
}

/** For people: the last part of a name or address. */
export function modelName(text: string): string {
  const ref = parseModelRef(text);
  switch (ref.kind) {
    case 'bundled':
      return ref.id;
    case 'hub':
      return ref.id.slice(ref.id.indexOf('/') + 1);
    case 'url':
      return new URL(ref.base).pathname.split('/').findLast((part) => part !== '') ?? new URL(ref.base).host;
    case 'local':
      return ref.name;
  }
}
