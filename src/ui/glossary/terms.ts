/** Words of the field as this program uses them, each in one or two plain sentences. */
export const terms = {
  kl: { name: 'KL', text: 'Kullback–Leibler divergence from the dense model’s next-token probabilities to the candidate’s, in nats a token, averaged over text. 0 is the same model; lower is closer.' },
  level: { name: 'level', text: 'How far a module is cut: 0 is dense, the last is removed. Every level is prepared before the search, with the remaining weights corrected.' },
} as const;

export type TermId = keyof typeof terms;
