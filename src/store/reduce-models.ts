import type { Explanation } from '../base/explained-error.ts';
import type { EngineMessage } from '../worker/protocol.ts';
import type { Look, ModelState } from './model-store.ts';

const types = ['inspected', 'text-inspected', 'inspect-failed', 'download', 'stored'] as const;
export type ModelMessage = Extract<EngineMessage, { type: (typeof types)[number] }>;

const known: ReadonlySet<string> = new Set(types);
export const isModelMessage = (message: EngineMessage): message is ModelMessage => known.has(message.type);

export const withEntry = <Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> => new Map(map).set(key, value);

export function withoutEntry<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

/** Only what is being looked into can fail: an answer that nobody waits for changes nothing. */
function fail<Inspection>(looks: ReadonlyMap<string, Look<Inspection>>, subject: string, explanation: Explanation) {
  return looks.get(subject)?.status === 'looking' ? withEntry(looks, subject, { status: 'failed', explanation }) : looks;
}

/** A known model, all of which is now here or no longer here. */
export function markHere(looks: ModelState['looks'], model: string, here: boolean): ModelState['looks'] {
  const look = looks.get(model);
  if (look?.status !== 'known' || look.inspection.here === here) return looks;
  return withEntry(looks, model, { status: 'known', inspection: { ...look.inspection, here } });
}

/** What is known of models and texts after a message of the engine. */
export function reduceModels(state: ModelState, message: ModelMessage): Partial<ModelState> {
  switch (message.type) {
    case 'inspected':
      return { looks: withEntry(state.looks, message.model, { status: 'known', inspection: message.inspection }) };
    case 'text-inspected':
      return { texts: withEntry(state.texts, message.text, { status: 'known', inspection: message.inspection }) };
    case 'inspect-failed':
      return { looks: fail(state.looks, message.subject, message.explanation), texts: fail(state.texts, message.subject, message.explanation) };
    case 'download': {
      const downloads = withEntry(state.downloads, message.model, message.download);
      return { downloads, looks: message.download.status === 'done' ? markHere(state.looks, message.model, true) : state.looks };
    }
    case 'stored': {
      const { type: _type, ...stored } = message;
      return { stored };
    }
  }
}

/** The engine broke down: nothing that is under way will be answered. */
export function endModels(state: ModelState, explanation: Explanation): Partial<ModelState> {
  const end = <Inspection>(looks: ReadonlyMap<string, Look<Inspection>>): ReadonlyMap<string, Look<Inspection>> =>
    new Map([...looks].map(([key, look]) => [key, look.status === 'looking' ? { status: 'failed', explanation } : look]));
  const downloads = [...state.downloads].map(([model, download]) => {
    if (download.status !== 'running') return [model, download] as const;
    return [model, { status: 'stopped', done: download.done, total: download.total, explanation }] as const;
  });
  return { looks: end(state.looks), texts: end(state.texts), downloads: new Map(downloads) };
}
