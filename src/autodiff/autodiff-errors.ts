import { ExplainedError } from '../base/explained-error.ts';

/** A gradient was asked for through an operator that has no rule. */
export class NoGradientRuleError extends ExplainedError {
  constructor(what: string) {
    super({
      what,
      means: 'The backward graph cannot be built; nothing was run.',
      remedy: 'Add a rule under src/autodiff/rules, or compute this value outside the differentiated part.',
    });
  }
}
