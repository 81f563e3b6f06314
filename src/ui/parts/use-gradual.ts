import { startTransition, useEffect, useState } from 'react';
import { whenIdle } from '../../store/when-idle.ts';

/**
 * Counts from 0 to `steps`, one a task when the page is idle. What is large draws its parts by it, so that its first
 * drawing is several short tasks instead of one long one.
 */
export function useGradual(steps: number): number {
  const [step, setStep] = useState(0);
  useEffect(() => (step < steps ? whenIdle(() => startTransition(() => setStep(step + 1))) : undefined), [step, steps]);
  return step;
}
