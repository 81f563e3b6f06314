import type { Granularity } from '../../pruning/level-database.ts';
import type { Band, ModuleColumns } from './module-columns.ts';
import { kindName, structures } from './words.ts';

interface Props {
  readonly columns: ModuleColumns;
  readonly granularity: Granularity | null;
  /** "kept", "removed one by one". */
  readonly what: string;
}

function Title({ band, granularity, what }: Pick<Props, 'granularity' | 'what'> & { readonly band: Band }) {
  if (band.kind === 'both') {
    return (
      <>
        <b>Attention, MLP</b> layer by layer, {what}
      </>
    );
  }
  return (
    <>
      <b>{kindName(band.kind)}</b> {structures(band.kind, granularity)} {what}
    </>
  );
}

/** What the columns are. */
export function BandTitles({ columns, granularity, what }: Props) {
  return (
    <div className="band-titles">
      {columns.bands.map((band) => (
        <span key={band.kind} style={{ left: band.x, maxWidth: band.width }}>
          <Title {...{ band, granularity, what }} />
        </span>
      ))}
    </div>
  );
}
