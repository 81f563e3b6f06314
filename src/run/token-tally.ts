import type { TokenCount } from './search-events.ts';

/** Counts the tokens that pass through models, forward only or trained; of parts of a model in fractions, told as whole tokens. */
export class TokenTally {
  private forward: number;
  private trained: number;

  /** Goes on from an {@link exact} count. */
  constructor({ forward, trained }: TokenCount = { forward: 0, trained: 0 }) {
    this.forward = forward;
    this.trained = trained;
  }

  add(tokens: Partial<TokenCount>): void {
    this.forward += tokens.forward ?? 0;
    this.trained += tokens.trained ?? 0;
  }

  snapshot(): TokenCount {
    return { forward: Math.round(this.forward), trained: this.trained };
  }

  /** With the fractions. */
  get exact(): TokenCount {
    return { forward: this.forward, trained: this.trained };
  }

  since(before: TokenCount): TokenCount {
    return { forward: this.forward - before.forward, trained: this.trained - before.trained };
  }
}
