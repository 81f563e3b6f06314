import { useEffect, useState } from 'react';

/** Milliseconds since 1970, followed every `beat` milliseconds. */
export function useNow(beat: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), beat);
    return () => clearInterval(timer);
  }, [beat]);
  return now;
}
