import { CiteMenu } from '../citation/cite-menu.tsx';
import { FourSteps } from '../first-visit/four-steps.tsx';
import { RecordingPlace, useFirstRecording } from '../first-visit/recording-place.tsx';
import { useStepExample } from '../first-visit/use-step-example.ts';
import { Glossary } from '../glossary/glossary.tsx';
import { GenerationText, LimitsText } from './guide-texts.tsx';
import './guide.css';
import { PictureLegend } from './picture-legend.tsx';

/** How it works, what the pictures show, what to expect, and what the words mean. */
export function GuidePage() {
  const recording = useFirstRecording();
  return (
    <main id="main" className="page guide" tabIndex={-1}>
      <h2 className="page-title">How it works</h2>
      <p className="guide-lead">
        DarwinLM makes a language model smaller by evolution, and trains every candidate a little before it judges it. The method is from{' '}
        <a href="https://arxiv.org/abs/2502.07780" rel="noreferrer">
          DarwinLM: Evolutionary Structured Pruning of Large Language Models
        </a>{' '}
        (Tang, Sieberling, Kurtic, Shen, Alistarh; arXiv 2502.07780). This page runs it in the browser.
      </p>
      <p>
        <CiteMenu />
      </p>
      <FourSteps example={useStepExample(recording.state)} />
      <div className="guide-columns">
        <GenerationText />
        <PictureLegend />
      </div>
      <RecordingPlace {...recording} />
      <LimitsText />
      <p className="guide-bench">
        How fast is this device? <a href="./bench.html">Measure it</a>, also against transformers.js.
      </p>
      <section aria-labelledby="glossary-title" id="glossary">
        <h3 id="glossary-title" className="guide-title">
          Glossary
        </h3>
        <Glossary />
      </section>
    </main>
  );
}
