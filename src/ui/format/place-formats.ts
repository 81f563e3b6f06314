import type { XAxisKind } from '../fitness/fitness-series.ts';
import { count, duration, tokens } from './format.ts';

/** How places of the axis under a curve are written. */
export const placeFormats: Readonly<Record<XAxisKind, (place: number) => string>> = { generation: count, tokens, time: duration };
