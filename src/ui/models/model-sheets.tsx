import { closeSheet, type SheetName } from '../shell/open-sheet.ts';
import { MemorySheet } from './memory-sheet.tsx';
import { ModelSheet } from './model-sheet.tsx';
import './model-sheets.css';
import { TextSheet } from './text-sheet.tsx';

/** The sheets that choose what a run works on: loaded when the first of them is opened. */
export function ModelSheets({ sheet }: { readonly sheet: Exclude<SheetName, 'settings' | 'shortcuts' | 'storage'> }) {
  switch (sheet) {
    case 'models':
      return <ModelSheet onClose={closeSheet} />;
    case 'memory':
      return <MemorySheet onClose={closeSheet} />;
    case 'training-text':
      return <TextSheet key={sheet} use="training" onClose={closeSheet} />;
    case 'held-out-text':
      return <TextSheet key={sheet} use="heldOut" onClose={closeSheet} />;
  }
}
