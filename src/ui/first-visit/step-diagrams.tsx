import { useTheme } from '../../store/theme-store.ts';
import { ChangeMark } from '../levels/change-mark.tsx';
import { LevelSwatch } from '../levels/level-swatch.tsx';
import type { LevelPaint } from '../levels/module-paint.ts';
import { curvePath } from './curve-path.ts';
import type { StepExample } from './step-example.ts';

/** Every diagram is drawn on the same field. */
const [width, height, floor] = [264, 84, 64];

const diagrams = { 1: CutDiagram, 2: MutateDiagram, 3: StagesDiagram, 4: RepeatDiagram } as const;

/** The picture of one of the four steps. The words below it say the same, so it is left out of what is read aloud. */
export function StepDiagram({ number, example }: { readonly number: keyof typeof diagrams; readonly example: StepExample }) {
  const Diagram = diagrams[number];
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden className="level-cells">
      <Diagram example={example} />
    </svg>
  );
}

interface Props {
  readonly example: StepExample;
}

/** One MLP at each of its levels: what it keeps. */
function CutDiagram({ example: { levels } }: Props) {
  const theme = useTheme();
  const pitch = width / levels.length;
  return (
    <>
      {levels.map(({ stop, share, removed }, index) => {
        const tall = removed ? 8 : Math.max(2, share * 60);
        return <LevelSwatch key={index} {...{ theme, stop, removed }} x={index * pitch} y={floor - tall} width={pitch - 5} height={tall} />;
      })}
      <path d={`M0 ${floor + 0.5}h${width}`} className="step-axis" />
      <text x={(pitch - 5) / 2} y="80" textAnchor="middle">
        0
      </text>
      <text x={width / 2} y="80" textAnchor="middle">
        level
      </text>
      <text x={width - pitch / 2 - 2.5} y="80" textAnchor="middle">
        {levels.length - 1}
      </text>
    </>
  );
}

/** A parent above, a child of it below: attention at the left, MLP at the right, as in the population. */
function MutateDiagram({ example: { paints, mutation } }: Props) {
  const theme = useTheme();
  const layers = paints.length / 2;
  const pitch = (width - 12) / paints.length;
  const left = (module: number): number => (module % 2 === 0 ? 0 : layers * pitch + 12) + (module >> 1) * pitch;
  const paintOf = (module: number, level: number | undefined): LevelPaint | undefined => paints[module]?.levels[level ?? 0];
  const cell = (module: number, level: number | undefined, y: number, tall: number) => {
    const paint = paintOf(module, level);
    return paint && { theme, stop: paint.stop, removed: paint.removed, x: left(module), y, width: Math.max(1, pitch - 1.5), height: tall };
  };
  return (
    <>
      {paints.map((_, module) => {
        const changed = mutation.changed.includes(module);
        const above = cell(module, mutation.parent[module], 2, 15);
        const below = cell(module, mutation.child[module], changed ? 36 : 40, changed ? 23 : 15);
        return (
          <g key={module}>
            {above && <LevelSwatch {...above} />}
            {changed && <path d={`M${left(module) + pitch / 2 - 0.75} 19v15`} className="step-change" />}
            {below && <LevelSwatch {...below} />}
            {changed && below && <ChangeMark {...below} keepsMore={(mutation.child[module] ?? 0) < (mutation.parent[module] ?? 0)} />}
          </g>
        );
      })}
      <text x="0" y="80">
        parent above, child below
      </text>
    </>
  );
}

/** How many candidates are left before and after each stage. */
function StagesDiagram({ example: { left } }: Props) {
  const pitch = (width - 40) / Math.max(1, left.length - 1);
  return left.map((of, column) => {
    const x = 16 + column * pitch;
    const last = column === left.length - 1;
    return (
      <g key={column}>
        {Array.from({ length: of }, (_, index) => (
          <circle key={index} cx={x + (of > 8 ? (index % 2) * 10 - 5 : 0)} cy={7 + Math.floor(index / (of > 8 ? 2 : 1)) * 7.6} r="3" className={last ? 'step-last' : 'step-dot'} />
        ))}
        {!last && <path d={`M${x + pitch / 2 - 13} 33h26m-4-4 4 4-4 4`} className="step-arrow" />}
        <text x={x} y="80" textAnchor="middle" className={last ? 'step-strong' : undefined}>
          {of}
        </text>
      </g>
    );
  });
}

/** The parent's curve of the run, under the uniform model's. */
function RepeatDiagram({ example: { curve, uniform } }: Props) {
  const { path, end, top } = curvePath(curve, uniform, { width: width - 8, top: 6, bottom: floor - 4 });
  return (
    <>
      <path d={`M0 ${top}H${width - 8}`} className="step-dashed" />
      <path d={path} className="step-curve" />
      <circle cx={end[0]} cy={end[1]} r="3.5" className="step-last" />
      <path d={`M0 ${floor + 0.5}h${width}`} className="step-axis" />
      <text x={width - 8} y={top + 14} textAnchor="end">
        uniform
      </text>
      <text x="0" y="80">
        generation
      </text>
      <text x={width} y="80" textAnchor="end">
        KL
      </text>
    </>
  );
}
