/** A set of token sequences of a run, and the text that it was cut from. */
export interface TokenSet {
  readonly use: 'calibration' | 'fitness' | 'training' | 'validation' | 'evaluation';
  readonly tokens: number;
  /** For people: the text's name. */
  readonly text: string;
}
