/** Words of the field as this program uses them, each in one or two plain sentences. */
export const terms = {
  agreement: { name: 'top-token agreement', text: 'The share of positions at which two models find the same next token most probable.' },
  attention: { name: 'attention', text: 'The part of a layer that lets each token look at those before it, through several heads at once. One of the two kinds of module.' },
  calibration: { name: 'calibration', text: 'Before anything is cut, the dense model reads some text, and what enters each module’s output projection is summed up. That says which heads and channels matter.' },
  candidate: { name: 'candidate', text: 'One possible smaller model: a level for every module. It is called by generation and number, for instance 47.02.' },
  channel: { name: 'channel', text: 'One of the parallel units inside an MLP. Cutting an MLP means leaving out channels, and making the rest take over what they did.' },
  decode: { name: 'decode', text: 'Writing text, one token after the other. Its speed is what one feels when a model answers.' },
  dense: { name: 'dense', text: 'The whole model, as it was before anything was cut. Every other model is compared with it.' },
  eliminated: { name: 'out', text: 'A candidate that did not survive a stage. Its values stay in view, and nothing more is computed for it.' },
  fitness: { name: 'fitness', text: 'The number by which candidates are compared, KL or perplexity; lower is better. It is measured on new text in every stage of every generation, so values of different stages cannot be compared.' },
  flip: { name: 'flip', text: 'One step of a mutation: a module goes a level up, to keep more, and another goes a level down.' },
  flops: { name: 'FLOP/s', text: 'Additions and multiplications in floating point a second. Those of a run are counted from the sizes of what it computed; divided by the time they tell how well the device was used.' },
  generation: { name: 'generation', text: 'One round of the search: children of the parent are made, tried in stages, and the best may take the parent’s place.' },
  head: { name: 'query head', text: 'One of the parallel units of attention, which asks a question of its own of the tokens before it.' },
  heldOut: { name: 'held-out text', text: 'Text that is used for nothing but the final measurements: nothing is calibrated, chosen or trained on it.' },
  hessian: { name: 'Hessian', text: 'A table of how the inputs of a module go together on the calibration text. From it follows which head or channel costs least to remove, and how the remaining weights should change.' },
  kl: { name: 'KL', text: 'Kullback–Leibler divergence from the dense model’s next-token probabilities to the candidate’s, in nats a token, averaged over text. 0 is the same model; lower is closer.' },
  kvCache: { name: 'KV cache', text: 'What attention remembers of the tokens that were read, so that they need not be read again for every new one.' },
  kvGroup: { name: 'KV group', text: 'Query heads that share one set of keys and values. Cut as a whole, the remaining groups stay equal, so that every common runtime can run the model.' },
  level: { name: 'level', text: 'How far a module is cut: 0 is dense, the last is removed. Every level is prepared before the search, with the remaining weights corrected.' },
  mlp: { name: 'MLP', text: 'The part of a layer that works on each token by itself, in many channels. The other of the two kinds of module.' },
  module: { name: 'module', text: 'The unit that is cut and coloured: the attention or the MLP of one layer. A model of 8 layers has 16.' },
  mutation: { name: 'mutation', text: 'The difference between a parent and its child: some modules one level up, others one level down, so that the total size stays the same.' },
  obs: { name: 'optimal brain surgeon', text: 'The rule by which weights are removed here: always the group whose removal hurts least, while the rest is changed to make up for it.' },
  offspring: { name: 'offspring', text: 'The children of a generation: models that differ from the parent in a few modules.' },
  parent: { name: 'parent', text: 'The best model so far, from which the next children are made. It is measured again in every generation on new text, so its curve may rise a little.' },
  peak: { name: 'peak', text: 'The most float32 operations a second that this device reached in one large matrix product, measured once. No run can be much faster; most are slower, since they also wait for memory and start many small operations.' },
  perplexity: { name: 'perplexity', text: 'How surprised a model is by a text: 50 means that it is as uncertain as if it chose among 50 equally likely tokens. Lower is better.' },
  postTraining: { name: 'post-training', text: 'Training of the winner after the search, to win back what the cuts took. The best state on validation text is kept.' },
  prefill: { name: 'prefill', text: 'Reading a prompt, all its tokens at once, before the first new token is written.' },
  pruning: { name: 'pruning', text: 'Making a model smaller by leaving parts of it out. Here whole heads and channels go, so that the result is really smaller and not only full of zeros.' },
  random: { name: 'random search at equal budget', text: 'A control: as many models as evolution tries, measured on as much text, but each drawn at random. Evolution is worth its time only where it ends below.' },
  readback: { name: 'readback', text: 'Numbers that the host fetches from the device, such as a fitness. The host waits until all work before it is done, so a run should do few of them.' },
  residual: { name: 'residual', text: 'The stream of numbers that runs through all layers and to which each module adds. Where a module is removed it simply runs on.' },
  seed: { name: 'seed', text: 'The number that all chance in a run follows from: the same settings and seed on the same device give the same run.' },
  session: { name: 'session', text: 'A compiled part of the computation, such as the forward pass of an MLP. One serves every layer and every width, since weights are its inputs. What a library does not have is a kernel of our own.' },
  sparsity: { name: 'sparsity', text: 'The share of the layers’ parameters that goes. At 50 % the layers keep half; embeddings are not cut.' },
  stage: { name: 'stage', text: 'A trial within a generation. The candidates are trained a little, measured on some text, and the best go on to the next stage, which takes more of both.' },
  survivor: { name: 'survivor', text: 'A candidate that goes on to the next stage. The last survivor is compared with the parent.' },
  target: { name: 'target', text: 'How small the result has to be. Every candidate meets it, so that like is compared with like.' },
  token: { name: 'token', text: 'The unit that a language model reads and writes: a word or a piece of one.' },
  trainingAware: { name: 'training-aware', text: 'Candidates are trained a little before they are judged, because what matters is how good a model becomes, not how good it is just after the cut.' },
  uniform: { name: 'uniform', text: 'A control: every module is cut to the same share. The search starts here, and has to end well below.' },
} as const;

export type TermId = keyof typeof terms;

/** Where the glossary explains a term. */
export const anchorOf = (id: TermId): string => `term-${id}`;

/** All terms by name. */
export const termsByName: readonly TermId[] = (Object.keys(terms) as TermId[]).toSorted((a, b) => terms[a].name.localeCompare(terms[b].name, 'en'));
