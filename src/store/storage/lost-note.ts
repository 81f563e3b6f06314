/** Where it is noted what was missed and has not been told to anybody who closed the message. */
export const lostKey = 'lost';

export function forgetLost(): void {
  try {
    localStorage.removeItem(lostKey);
  } catch {
    // Some private windows have no storage: then nothing is noted.
  }
}
