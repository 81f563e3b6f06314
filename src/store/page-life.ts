import type { EngineCommand } from '../worker/protocol.ts';
import { engineStore } from './run-store.ts';

/** Milliseconds between two looks at the clock; a hidden tab may be given one a minute only. */
const lookEvery = 15_000;
/** Without a look for so long the computer slept. */
const longGap = 150_000;

const isUnderWay = (): boolean => {
  const { status } = engineStore.getState();
  return status === 'running' || status === 'stopping';
};

/** Tells the engine of sleep, and keeps the screen on while a run is under way in a tab that is looked at. Called once, with the first run. */
export function watchPage(send: (command: EngineCommand) => void): void {
  document.addEventListener('freeze', () => send({ type: 'freeze' }));
  document.addEventListener('resume', () => send({ type: 'thaw' }));
  watchGaps(send);
  keepAwake();
}

/** Where a monotonic clock counts while the computer sleeps, as on Windows, only the page's silence tells of it. */
function watchGaps(send: (command: EngineCommand) => void): void {
  let [counted, day] = [performance.now(), Date.now()];
  const look = (): void => {
    const [countedNow, dayNow] = [performance.now(), Date.now()];
    if (countedNow - counted > longGap && isUnderWay()) send({ type: 'slept', seconds: (dayNow - day) / 1000, counted: (countedNow - counted - lookEvery) / 1000 });
    [counted, day] = [countedNow, dayNow];
  };
  document.addEventListener('resume', () => {
    [counted, day] = [performance.now(), Date.now()]; // the engine knows of this one
  });
  setInterval(look, lookEvery);
}

/** A screen that goes off lets computers sleep. The browser takes the lock back when the tab is hidden. */
function keepAwake(): void {
  if (!('wakeLock' in navigator)) return;
  let lock: Promise<WakeLockSentinel | null> | null = null;
  const follow = (): void => {
    const wanted = isUnderWay() && document.visibilityState === 'visible';
    if (wanted) lock ??= navigator.wakeLock.request('screen').catch(() => null); // a battery that is nearly empty refuses
    else if (lock) {
      void lock.then((held) => held?.release());
      lock = null;
    }
  };
  document.addEventListener('visibilitychange', follow);
  engineStore.subscribe(({ status }, before) => {
    if (status !== before.status) follow();
  });
  follow();
}
