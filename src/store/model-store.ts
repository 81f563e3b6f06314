import { create } from 'zustand';
import type { Explanation } from '../base/explained-error.ts';
import type { ModelInspection } from '../model/inspect-model.ts';
import type { DownloadState, EngineMessage, TextInspection } from '../worker/protocol.ts';
import { bundledModel } from './bundled-model.ts';

/** What is known of a model or text that was asked about. */
export type Look<Inspection> =
  | { readonly status: 'looking' }
  | { readonly status: 'known'; readonly inspection: Inspection }
  | { readonly status: 'failed'; readonly explanation: Explanation };

export type StoredModels = Omit<Extract<EngineMessage, { type: 'stored' }>, 'type'>;

export interface Hub {
  readonly endpoint: string;
  /** Kept as long as the page is, and nowhere else. */
  readonly token: string | null;
}

/** Models and texts that runs could begin with. Keys are refs (`sources/model-ref.ts`, `text-ref.ts`). */
export interface ModelState {
  readonly looks: ReadonlyMap<string, Look<ModelInspection>>;
  /** By the text's ref without its field. */
  readonly texts: ReadonlyMap<string, Look<TextInspection>>;
  readonly downloads: ReadonlyMap<string, DownloadState>;
  /** Null until it was asked for. */
  readonly stored: StoredModels | null;
  readonly hub: Hub;
}

export const defaultEndpoint = 'https://huggingface.co';

export const initialModels: ModelState = {
  // The bundled model is known without a request, so that a cost can be shown at once.
  looks: new Map([[bundledModel.id, { status: 'known', inspection: bundledModel.inspection }]]),
  texts: new Map(),
  downloads: new Map(),
  stored: null,
  hub: { endpoint: defaultEndpoint, token: null },
};

/** Written only by `model-commands.ts`. */
export const modelStore = create<ModelState>(() => initialModels);

export const useModels = <T>(selector: (models: ModelState) => T): T => modelStore(selector);

/** What is known of a model; null where nobody asked. */
export const lookOf = ({ looks }: Pick<ModelState, 'looks'>, model: string): Look<ModelInspection> | null => looks.get(model) ?? null;

/** A known model, or null. */
export function knownModel(models: Pick<ModelState, 'looks'>, model: string): ModelInspection | null {
  const look = lookOf(models, model);
  return look?.status === 'known' ? look.inspection : null;
}

/** Bytes of all of a model's files. */
export const fileBytes = ({ files }: Pick<ModelInspection, 'files'>): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
