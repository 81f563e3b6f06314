import type { Dropped } from '../../store/run-state.ts';
import { count } from './format.ts';

/** "after 768 of 2,048 tokens": how much of its stage a dropped candidate was measured on. */
export const droppedAfter = ({ tokens, saved }: Pick<Dropped, 'tokens' | 'saved'>): string => `after ${count(tokens)} of ${count(tokens + saved)} tokens`;
