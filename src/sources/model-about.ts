/** What a model says of itself beside its weights: shown before it is loaded, and written into what is exported from it. */
export interface ModelAbout {
  /** For people: `HuggingFaceTB/SmolLM2-135M`. */
  readonly name: string;
  /** SPDX id or the Hub's word for it; null where nothing says. */
  readonly licence: string | null;
  /** Address of the model card; null where there is none. */
  readonly card: string | null;
  /** The commit, where it is known. */
  readonly revision: string | null;
}
