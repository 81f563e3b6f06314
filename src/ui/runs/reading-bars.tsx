import { useReadings, type Reading } from '../../store/runs/reading.ts';
import { percent, roughly } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import './reading-bars.css';

/** Runs that are being read: how far that is, and its end by hand. */
export function ReadingBars() {
  const readings = useReadings();
  return (
    <div className="reading-place">
      {readings.map((reading) => (
        <ReadingBar key={`${reading.verb} ${reading.name}`} {...reading} />
      ))}
    </div>
  );
}

function ReadingBar({ verb, name, share, secondsLeft, end }: Reading) {
  return (
    <div className="reading-bar">
      <span className="reading-name" role="status">
        {verb} <b>{name}</b>
      </span>
      <span className="small secondary figures reading-figures">
        {percent(share, 0)}
        {secondsLeft !== null && `, ${roughly(secondsLeft)} left`}
      </span>
      <Button onClick={() => end.abort()}>Cancel</Button>
      <div className="progress-bar" role="progressbar" aria-label={`${verb} ${name}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
        <span style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
