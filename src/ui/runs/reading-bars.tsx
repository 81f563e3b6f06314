import { useReadings, type Reading } from '../../store/runs/reading.ts';
import { percent, roughly } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import './reading-bars.css';

/** Runs that are being read: how far that is, and its end by hand. */
export function ReadingBars() {
  const readings = useReadings();
  return (
    <div className="reading-place">
      {readings.map((reading) => (
        <ReadingBar key={reading.id} {...reading} />
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
      <span className="small secondary figures">
        {percent(share, 0)}
        {secondsLeft !== null && `, ${roughly(secondsLeft)} left`}
      </span>
      <Button onClick={() => end.abort()}>Cancel</Button>
      <ProgressBar label={`${verb} ${name}`} share={share} />
    </div>
  );
}
