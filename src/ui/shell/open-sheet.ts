import { create } from 'zustand';

/** Sheets that lie over the page, one at a time. */
export type SheetName = 'settings' | 'shortcuts' | 'models' | 'memory' | 'training-text' | 'held-out-text';

const store = create<{ readonly open: SheetName | null }>(() => ({ open: null }));

export const useOpenSheet = (): SheetName | null => store((state) => state.open);
export const openSheet = (open: SheetName): void => store.setState({ open });
export const closeSheet = (): void => store.setState({ open: null });
