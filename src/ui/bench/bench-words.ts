import type { SizeName } from '../../bench/model-sizes.ts';
import type { PageGroup } from '../../bench/page-groups.ts';

interface Words {
  readonly title: string;
  readonly text: string;
}

export const groupWords: Readonly<Record<PageGroup, Words>> = {
  rates: { title: 'Forward and training', text: 'Tokens a second by model size, and the share of the device’s float32 peak.' },
  forward: { title: 'Forward, training, host', text: 'On the bundled model: against its exported file in one session, training against forward, and the share of time outside the runtime.' },
  prefill: { title: 'Against transformers.js', text: 'The same model, exported, reading the same prompt on the same back end, in turn. Above 1, ours is faster.' },
  database: { title: 'Level database', text: 'Seconds of a module’s greedy pass by width, blocked against plain, on one thread.' },
  'database-gpu': { title: 'Database on the GPU', text: 'The same pass in float32: how it agrees with float64, and its time where the back end is WebGPU.' },
  generation: { title: 'A generation', text: 'Seconds of a generation of “Quick look” on the bundled model: against its FLOP, and its first stage against candidates run whole.' },
  float16: { title: 'Half precision', text: 'Whether fitness keeps its order when products are in float16, and what it saves where the GPU has it.' },
  engine: { title: 'Shorter ways', text: 'What the engine’s shorter ways save against the plain ones, on the bundled model.' },
};

/** Sizes in words; what is fetched and what is made up. */
export const sizeWords: Readonly<Record<SizeName, string>> = {
  '1m': '1 M, made up',
  'tales-6m': '6 M, bundled',
  '25m': '25 M, made up',
  '135m': '135 M, made up',
  '360m': '360 M, made up',
  '1.7b': '1.7 B, made up',
};
