import { useState } from 'react';
import { choiceFromAddress } from '../../store/bench/bench-choice.ts';
import { cancelBench, runBench, useBench } from '../../store/bench/bench-store.ts';
import { BrandMark } from '../header/brand-mark.tsx';
import '../header/header.css';
import { ThemeMenu } from '../header/theme-menu.tsx';
import { Button } from '../parts/button.tsx';
import { BenchForm } from './bench-form.tsx';
import { BenchProgress } from './bench-progress.tsx';
import { BenchResults } from './bench-results.tsx';
import './bench.css';
import { browserFacts } from './browser-facts.ts';

/** Measures how fast this device is at what a run does, and tells it so that it can be compared with others. */
export function BenchPage() {
  const bench = useBench((state) => state);
  const [choice, setChoice] = useState(() => choiceFromAddress(location.search));
  const [browser] = useState(browserFacts);
  const running = bench.status === 'running';
  return (
    <div className="bench">
      <header className="header">
        <p className="bench-home">
          <a className="brand" href="./">
            <BrandMark />
            DarwinLM Web
          </a>
        </p>
        <span className="header-space" />
        <div className="header-tools">
          <ThemeMenu />
        </div>
      </header>
      <main id="main" className="bench-page">
        <h1 className="bench-title">Benchmark of this device</h1>
        <p className="bench-lead">
          How fast the engine computes here, with the models and back end that you choose. Everything stays on this device. Close other tabs and plug in the charger: what else runs is measured too.
        </p>
        <BenchForm choice={choice} onChange={setChoice} disabled={running} />
        <div className="bench-actions">
          {running ? (
            <Button onClick={cancelBench}>Cancel</Button>
          ) : (
            <Button look="primary" disabled={choice.groups.length === 0 || choice.sizes.length === 0} onClick={() => runBench(choice)}>
              Start
            </Button>
          )}
          <BenchProgress bench={bench} />
        </div>
        {bench.device !== null && <BenchResults bench={bench} browser={browser} />}
      </main>
    </div>
  );
}
