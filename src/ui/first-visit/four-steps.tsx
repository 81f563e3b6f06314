import type { ReactNode } from 'react';

/** How it works, in four steps with a diagram each. */
export function FourSteps() {
  return (
    <ol className="four-steps" aria-label="How it works">
      <Step number={1} title="Cut each module ten ways" diagram={<CutDiagram />}>
        Every attention and MLP module is pruned step by step, with the rest corrected for what was lost. Level 0 is whole, level 10 is gone.
      </Step>
      <Step number={2} title="Mutate the parent" diagram={<MutateDiagram />}>
        A child moves one module a level down and another a level up, so the total size stays the same.
      </Step>
      <Step number={3} title="Train a little, keep the best" diagram={<StagesDiagram />}>
        Children are compared with the full model on a little text; the best go on to more text and, where set, a little training.
      </Step>
      <Step number={4} title="Repeat" diagram={<RepeatDiagram />}>
        The best child replaces the parent if it is closer to the full model. After enough rounds you download the result.
      </Step>
    </ol>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly diagram: ReactNode;
  readonly children: ReactNode;
}

function Step({ number, title, diagram, children }: StepProps) {
  return (
    <li>
      <svg viewBox="0 0 264 84" aria-hidden className="step-diagram">
        {diagram}
      </svg>
      <h3>
        <span className="tertiary first-plain">{number}</span> {title}
      </h3>
      <p>{children}</p>
    </li>
  );
}

const level = (index: number): string => `var(--level-${index})`;

function CutDiagram() {
  return (
    <>
      {Array.from({ length: 10 }, (_, index) => {
        const height = 60 - index * 5.6;
        return <rect key={index} x={index * 24} y={64 - height} width="19" height={height} fill={level(index)} />;
      })}
      <rect x="240.5" y="56.5" width="18" height="7" className="step-hollow" />
      <path d="M240 60h19" className="step-wire" />
      <path d="M0 64.5h264" className="step-axis" />
      <text x="9" y="80" textAnchor="middle">
        0
      </text>
      <text x="129" y="80" textAnchor="middle">
        level
      </text>
      <text x="250" y="80" textAnchor="middle">
        10
      </text>
    </>
  );
}

const parent = [1, 4, 5, 3, 7, 5, 8, 4, 4] as const;
const child = [1, 4, 5, 4, 7, 5, 7, 4, 4] as const;

function MutateDiagram() {
  return (
    <>
      {parent.map((of, index) => (
        <rect key={index} x={index * 29} y="2" width="20" height="15" fill={level(of)} />
      ))}
      {child.map((of, index) => (
        <rect key={index} x={index * 29} y={of === parent[index] ? 40 : 36} width="20" height={of === parent[index] ? 15 : 23} fill={level(of)} />
      ))}
      <path d="M97 19v14M184 19v14" className="step-change" />
      <rect x="86" y="35" width="22" height="25" rx="1" className="step-ring" />
      <rect x="173" y="35" width="22" height="25" rx="1" className="step-ring" />
      <path d="M93 45h8l-4 6z" className="step-glyph-light" />
      <path d="M180 51h8l-4-6z" className="step-glyph-dark" />
      <text x="0" y="80">
        parent above, child below
      </text>
    </>
  );
}

const columns = [16, 4, 1] as const;

function StagesDiagram() {
  return (
    <>
      {columns.map((of, column) => (
        <g key={of}>
          {Array.from({ length: of }, (_, index) => (
            <circle key={index} cx={20 + column * 104 + (index % 2) * 11 - (of > 1 ? 5 : 0)} cy={6 + Math.floor(index / 2) * 8} r="3" className={of === 1 ? 'step-last' : 'step-dot'} />
          ))}
          <text x={20 + column * 104} y="80" textAnchor="middle">
            {of}
          </text>
        </g>
      ))}
      <path d="M58 34h26m-4-4 4 4-4 4M162 34h26m-4-4 4 4-4 4" className="step-arrow" />
    </>
  );
}

function RepeatDiagram() {
  return (
    <>
      <path d="M0 8h250" className="step-dashed" />
      <path d="M0 8h30v14h22v10h30v8h34v7h36v6h42v4h56" className="step-curve" />
      <circle cx="250" cy="57" r="3.5" className="step-last" />
      <path d="M0 64.5h264" className="step-axis" />
      <text x="250" y="22" textAnchor="end">
        uniform
      </text>
      <text x="0" y="80">
        generation
      </text>
      <text x="264" y="80" textAnchor="end">
        KL
      </text>
    </>
  );
}
