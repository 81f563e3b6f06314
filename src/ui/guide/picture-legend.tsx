import type { ReactNode } from 'react';
import { useTheme } from '../../store/theme-store.ts';
import { ChangeMark } from '../levels/change-mark.tsx';
import { LevelLegend } from '../levels/level-legend.tsx';
import { LevelSwatch } from '../levels/level-swatch.tsx';
import { StateGlyph } from '../module-axis/state-glyph.tsx';

/** What marks and colours mean, each shown as the panels draw it. */
export function PictureLegend() {
  return (
    <section aria-labelledby="pictures-title">
      <h3 id="pictures-title" className="guide-title">
        What the pictures show
      </h3>
      <dl className="picture-legend">
        <Entry picture={<LevelLegend nominalLevels={10} pitch={12} />}>A column is a module, its colour the level: the more ink, the more is kept.</Entry>
        <Entry picture={<Cell stop={9} removed />}>A removed module is hollow, with the residual running through it.</Entry>
        <Entry picture={<Cell stop={3} mark="more" />}>Orange means changed. A triangle upwards keeps more than the parent.</Entry>
        <Entry picture={<Cell stop={7} mark="less" />}>A triangle downwards prunes more.</Entry>
        <Entry picture={<Glyphs />}>Before a candidate’s number: measured, training, waiting, out.</Entry>
        <Entry picture={<FitnessLine />}>The parent’s fitness over the generations; a dot is a candidate.</Entry>
        <Entry picture={<Dashes dash="6 3" />}>The uniform model, the same size without a search. In the profile a finer dashed line is the target.</Entry>
        <Entry picture={<Dashes dash="1.5 2.5" />}>Random search with the same budget, where it was run.</Entry>
        <Entry picture={<strong className="small">History</strong>}>A line is a generation, the oldest on top, in the colours of its parent. Point at one to see it everywhere.</Entry>
      </dl>
    </section>
  );
}

function Entry({ picture, children }: { readonly picture: ReactNode; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{picture}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Cell({ stop, removed = false, mark }: { readonly stop: number; readonly removed?: boolean; readonly mark?: 'more' | 'less' }) {
  const theme = useTheme();
  const box = { theme, stop, removed, x: 1, y: 1, width: 20, height: 15 };
  const name = removed ? 'A removed module' : mark === 'more' ? 'A changed module that keeps more' : 'A changed module that prunes more';
  return (
    <svg className="level-cells" width={22} height={17} role="img" aria-label={name}>
      <LevelSwatch {...box} />
      {mark && <ChangeMark {...box} keepsMore={mark === 'more'} />}
    </svg>
  );
}

function Glyphs() {
  return (
    <span className="legend-glyphs" role="img" aria-label="Four marks of state">
      <StateGlyph status="measured" progress={1} />
      <StateGlyph status="training" progress={0.4} />
      <StateGlyph status="waiting" progress={0} />
      <StateGlyph status="eliminated" progress={1} />
    </span>
  );
}

function FitnessLine() {
  return (
    <svg width={60} height={18} role="img" aria-label="The parent’s line">
      <circle cx={14} cy={3} r={1.5} fill="var(--edge)" />
      <circle cx={32} cy={7} r={1.5} fill="var(--edge)" />
      <path d="M0 4h16v5h16v4h26" fill="none" stroke="var(--ink)" strokeWidth={2} />
      <circle cx={56} cy={13} r={3} fill="var(--ink)" />
    </svg>
  );
}

function Dashes({ dash }: { readonly dash: string }) {
  return (
    <svg width={60} height={4} role="img" aria-label={dash.startsWith('6') ? 'A dashed line' : 'A dotted line'}>
      <line x2={60} y1={2} y2={2} stroke="var(--ink2)" strokeWidth={1.5} strokeDasharray={dash} />
    </svg>
  );
}
