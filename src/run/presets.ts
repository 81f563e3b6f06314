import type { RunConfigInput } from './run-config.ts';

export type PresetName = 'quick-look' | 'standard' | 'paper';

/** What a preset fills in; everything else of the configuration stays as the user has it. */
export type Preset = Pick<RunConfigInput, 'calibrationTokens' | 'search' | 'postTraining' | 'evaluation'>;

/**
 * Schedules, from minutes on a laptop's CPU to the paper's own (arXiv 2502.07780, section 4: survivors 8, 4, 2, 1,
 * learning rate 1e-5, 200 generations).
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  'quick-look': {
    calibrationTokens: 16_384,
    search: {
      generations: 16,
      offspring: 16,
      maxFlips: 3,
      learningRate: 1e-4,
      stages: [
        { survivors: 4, fitnessTokens: 512, trainingTokens: 0 },
        { survivors: 1, fitnessTokens: 2048, trainingTokens: 128 },
      ],
    },
    postTraining: { tokens: 0 },
    evaluation: { tokens: 8192 },
  },
  standard: {
    calibrationTokens: 65_536,
    search: {
      generations: 40,
      offspring: 16,
      maxFlips: 3,
      learningRate: 1e-4,
      stages: [
        { survivors: 4, fitnessTokens: 512, trainingTokens: 0 },
        { survivors: 2, fitnessTokens: 1024, trainingTokens: 512 },
        { survivors: 1, fitnessTokens: 4096, trainingTokens: 2048 },
      ],
    },
    postTraining: { tokens: 102_400, learningRate: 2e-4 },
    evaluation: { tokens: 32_768 },
  },
  paper: {
    calibrationTokens: 131_072,
    search: {
      generations: 200,
      offspring: 16,
      maxFlips: 3,
      learningRate: 1e-5,
      stages: [
        { survivors: 8, fitnessTokens: 1024, trainingTokens: 10_240 },
        { survivors: 4, fitnessTokens: 2048, trainingTokens: 51_200 },
        { survivors: 2, fitnessTokens: 4096, trainingTokens: 102_400 },
        { survivors: 1, fitnessTokens: 8192, trainingTokens: 204_800 },
      ],
    },
    postTraining: { tokens: 204_800, learningRate: 2e-4 },
    evaluation: { tokens: 65_536 },
  },
};
