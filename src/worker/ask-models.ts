/** What the models of a run are asked for; loaded with the first question. */
export { timeModels } from './time-models.ts';
export { writeSamples } from './write-samples.ts';
