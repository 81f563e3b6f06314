import { memo, type PointerEvent } from 'react';
import type { Genome } from '../../pruning/level-database.ts';
import { setHover, useHover } from '../../store/hover-store.ts';
import { useTheme } from '../../store/theme-store.ts';
import { ChangeMark } from '../levels/change-mark.tsx';
import type { LevelTheme } from '../levels/level-colours.ts';
import { LevelSwatch } from '../levels/level-swatch.tsx';
import type { ModulePaint } from '../levels/module-paint.ts';
import { keepsMore } from '../module-axis/population-view.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { kindName, plural } from '../module-axis/words.ts';
import { changedModules } from './changed-modules.ts';

interface Props {
  readonly paints: readonly ModulePaint[];
  readonly genome: Genome;
  /** What it is compared with. */
  readonly baseline: Genome;
  /** Whose genome, and with what it is compared, in words. */
  readonly name: string;
  readonly against: string;
  /** Numbers of the layers under the strands. */
  readonly numbered?: boolean;
}

const cell = 11;
const changedCell = 15;
const strip = 19;
const widest = 46;
const lanes = ['attention', 'mlp'] as const;

/** A genome in two strands, one column a layer; where it differs from another its cells are ringed. */
export const GenomeStrips = memo(function GenomeStrips({ paints, genome, baseline, name, against, numbered = false }: Props) {
  const [ref, width] = useElementWidth();
  const theme = useTheme();
  const layers = paints.length / 2;
  const pitch = Math.max(4, Math.min(widest, Math.floor(width / Math.max(1, layers))));
  const differing = changedModules(paints, genome, baseline).length;
  return (
    <div ref={ref} className="genome" role="img" aria-label={`Genome of ${name}; ${plural(differing, 'module')} differ from ${against}`}>
      {width > 0 &&
        lanes.map((kind, lane) => (
          <div key={kind}>
            <span className="note secondary">{kindName(kind)}</span>
            <Strip {...{ paints, genome, baseline, theme, pitch }} lane={lane} />
          </div>
        ))}
      {numbered && width > 0 && <LayerNumbers {...{ layers, pitch }} />}
    </div>
  );
});

interface StripProps extends Pick<Props, 'paints' | 'genome' | 'baseline'> {
  readonly theme: LevelTheme;
  readonly pitch: number;
  readonly lane: number;
}

function Strip({ paints, genome, baseline, theme, pitch, lane }: StripProps) {
  const layers = paints.length / 2;
  const modules = Array.from({ length: layers }, (_, layer) => 2 * layer + lane);
  const gap = pitch > 7 ? 1 : 0.6;
  const onPointerMove = (event: PointerEvent<SVGSVGElement>): void => {
    const layer = Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left) / pitch);
    setHover({ module: layer >= 0 && layer < layers ? 2 * layer + lane : null, candidate: null });
  };
  return (
    <svg className="genome-strip level-cells" width={layers * pitch + 1} height={strip} onPointerMove={onPointerMove} onPointerLeave={() => setHover({ module: null })} aria-hidden>
      {modules.map((module) => {
        const level = paints[module]?.levels[genome[module] ?? 0];
        if (!level) return null;
        const changed = genome[module] !== baseline[module];
        const height = changed ? changedCell : cell;
        const box = { theme, x: (module >> 1) * pitch + 1, y: (strip - height) / 2, width: pitch - gap, height, stop: level.stop, removed: level.removed };
        return (
          <g key={module}>
            <LevelSwatch {...box} />
            {changed && <ChangeMark {...box} keepsMore={keepsMore(genome, baseline, module)} />}
          </g>
        );
      })}
      <HoveredColumn pitch={pitch} lane={lane} />
    </svg>
  );
}

/** The module that is hovered anywhere, between two lines. */
function HoveredColumn({ pitch, lane }: Pick<StripProps, 'pitch' | 'lane'>) {
  const module = useHover((hover) => hover.module);
  if (module === null || module % 2 !== lane) return null;
  const x = (module >> 1) * pitch + 0.5;
  return <path d={`M${x} 0V${strip}M${x + pitch} 0V${strip}`} stroke="var(--ink)" fill="none" />;
}

/** The first, each tenth (each fifth, each) and the last. */
function LayerNumbers({ layers, pitch }: { readonly layers: number; readonly pitch: number }) {
  const step = layers > 24 ? 10 : layers > 12 ? 5 : 1;
  const shown = Array.from({ length: layers }, (_, layer) => layer + 1).filter((layer) => layer === 1 || layer % step === 0);
  return (
    <svg className="genome-numbers" width={layers * pitch + 1} height={14} aria-hidden>
      {shown.map((layer) => (
        <text key={layer} x={(layer - 0.5) * pitch} y={11} textAnchor="middle">
          {layer}
        </text>
      ))}
    </svg>
  );
}
