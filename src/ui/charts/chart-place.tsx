import { Suspense, type ReactNode } from 'react';
import { FaultBoundary } from '../parts/fault-boundary.tsx';

/** Holds the place of a chart whose code is loaded when it is first shown. */
export function ChartPlace({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  return (
    <FaultBoundary part="The chart">
      <Suspense fallback={<div style={{ height }} />}>{children}</Suspense>
    </FaultBoundary>
  );
}
