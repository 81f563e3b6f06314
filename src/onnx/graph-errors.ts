import { ExplainedError } from '../base/explained-error.ts';

const MEANS = 'The graph cannot be built; nothing was run.';
const REMEDY = 'This is a fault of the program, not of the model: report it with these lines.';

/** Shapes, types or axes that an operator cannot take. */
export class ShapeMismatchError extends ExplainedError {
  constructor(what: string) {
    super({ what, means: MEANS, remedy: REMEDY });
  }
}

/** A name that stands twice in one graph, or a value that belongs to none of its nodes. */
export class GraphStructureError extends ExplainedError {
  constructor(what: string) {
    super({ what, means: MEANS, remedy: REMEDY });
  }
}
