import type { Explanation } from '../../base/explained-error.ts';
import { Button } from '../parts/button.tsx';
import { openSheet } from '../shell/open-sheet.ts';

/** Beside an error that room would mend: opens the list of what can be deleted. Nothing beside others. */
export function MakeRoom({ explanation }: { readonly explanation: Explanation | null }) {
  if (explanation?.action !== 'make-room') return null;
  return <Button onClick={() => openSheet('storage')}>Free space…</Button>;
}
