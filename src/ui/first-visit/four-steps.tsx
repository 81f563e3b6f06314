import { lazy, Suspense, type ReactNode } from 'react';
import type { StepExample } from './step-example.ts';
import './four-steps.css';

const StepDiagram = lazy(() => import('./step-diagrams.tsx').then(({ StepDiagram: component }) => ({ default: component })));

/** How it works, in four steps with a diagram each, drawn from a recorded run as soon as that is there. */
export function FourSteps({ example }: { readonly example: StepExample | null }) {
  return (
    <ol className="four-steps" aria-label="How it works">
      <Step number={1} title="Cut each module ten ways" example={example}>
        Every attention and MLP module is pruned step by step, with the rest corrected for what was lost. Level 0 is whole, the last is gone.
      </Step>
      <Step number={2} title="Mutate the parent" example={example}>
        A child moves one module a level down and another a level up, so the total size stays the same.
      </Step>
      <Step number={3} title="Train a little, keep the best" example={example}>
        Children are trained briefly and compared with the full model. The best go on, and are trained longer and measured on more text.
      </Step>
      <Step number={4} title="Repeat" example={example}>
        The best child replaces the parent if it is closer to the full model. After enough rounds you download the result.
      </Step>
    </ol>
  );
}

interface StepProps {
  readonly number: 1 | 2 | 3 | 4;
  readonly title: string;
  readonly example: StepExample | null;
  readonly children: ReactNode;
}

function Step({ number, title, example, children }: StepProps) {
  return (
    <li>
      <div className="step-diagram">
        {example && (
          <Suspense>
            <StepDiagram number={number} example={example} />
          </Suspense>
        )}
      </div>
      <h3>
        <span className="step-number tertiary">{number}</span> {title}
      </h3>
      <p>{children}</p>
    </li>
  );
}
