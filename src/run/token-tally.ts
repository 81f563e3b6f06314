import type { TokenCount } from './search-events.ts';

/** Counts the tokens that pass through models, forward only or trained; of parts of a model in fractions, told as whole tokens. */
export class TokenTally {
  private forward = 0;
  private trained = 0;

  add(tokens: Partial<TokenCount>): void {
    this.forward += tokens.forward ?? 0;
    this.trained += tokens.trained ?? 0;
  }

  snapshot(): TokenCount {
    return { forward: Math.round(this.forward), trained: this.trained };
  }

  since(before: TokenCount): TokenCount {
    return { forward: this.forward - before.forward, trained: this.trained - before.trained };
  }
}
