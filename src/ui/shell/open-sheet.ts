import { create } from 'zustand';

/** Sheets that lie over the page, one at a time. */
export type SheetName = 'settings' | 'shortcuts' | 'models' | 'memory' | 'training-text' | 'held-out-text' | 'storage';

/** `model`: the one that the sheet of models begins with; null: the chosen one. */
const store = create<{ readonly open: SheetName | null; readonly model: string | null }>(() => ({ open: null, model: null }));

export const useOpenSheet = (): SheetName | null => store((state) => state.open);
export const openSheet = (open: SheetName): void => store.setState({ open, model: null });
/** Opens the sheet of models at one of them. */
export const openModel = (model: string): void => store.setState({ open: 'models', model });
export const openedModel = (): string | null => store.getState().model;
export const closeSheet = (): void => store.setState({ open: null });
