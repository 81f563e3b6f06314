import { SlidersHorizontal } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../parts/button.tsx';
import { PhaseTrack } from './phase-track.tsx';
import './run-bar.css';
import { TimeLeft } from './time-left.tsx';
import { Transport } from './transport.tsx';

/** Transport, where the run is, and how long it will take. */
export function RunBar({ onSettings }: { readonly onSettings: () => void }) {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    // Start has just left the page and took the focus with it: give it to the button that took its place.
    if (document.activeElement === document.body) bar.current?.querySelector('button')?.focus();
  }, []);
  return (
    <nav className="run-bar" aria-label="Run" ref={bar}>
      <div className="run-bar-buttons">
        <Transport />
        <Button className="settings-button" onClick={onSettings}>
          <SlidersHorizontal size={14} aria-hidden />
          <span className="settings-word">Settings</span>
        </Button>
      </div>
      <PhaseTrack />
      <TimeLeft />
    </nav>
  );
}
