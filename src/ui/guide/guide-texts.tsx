import { Term } from '../glossary/term.tsx';

/** A generation from its begin to its end. */
export function GenerationText() {
  return (
    <section aria-labelledby="generation-title">
      <h3 id="generation-title" className="guide-title">
        A generation, step by step
      </h3>
      <ol className="guide-list">
        <li>
          The <Term of="parent">parent</Term> is the best model so far. At first it is the <Term of="uniform">uniform</Term> model, in which every module is cut to the same share.
        </li>
        <li>
          Its <Term of="offspring">offspring</Term> are made by <Term of="mutation">mutation</Term>: each child changes the <Term of="level">level</Term> of a few modules and keeps the total size.
        </li>
        <li>
          In the first <Term of="stage">stage</Term> all children are trained on a little text, if that is set, and measured by their <Term of="kl">KL</Term> to the dense model. The worse half or more is out.
        </li>
        <li>Later stages train and measure longer, with fewer candidates. Every stage begins again from the same prepared weights, and all its candidates see the same text.</li>
        <li>The last stage measures the parent too, on the same text. If a child is at least as close to the dense model, it is the next parent.</li>
        <li>The text is drawn anew for each generation. That is why the parent’s curve may rise: the same model, measured on other text.</li>
      </ol>
    </section>
  );
}

/** What not to expect. */
export function LimitsText() {
  return (
    <section aria-labelledby="limits-title">
      <h3 id="limits-title" className="guide-title">
        Limits
      </h3>
      <ul className="guide-list">
        <li>A model of half the size is worse than the whole one. The results say by how much, on text that the search never saw; look at them before you use a model.</li>
        <li>The paper trains its winners on ten billion tokens afterwards. A tab manages thousands to some millions, so less of what was lost comes back here.</li>
        <li>Training before selection costs a multiple of the time. On the demo model, with what a browser can afford, it showed no measurable gain over selection without it; the paper finds one at a larger scale.</li>
        <li>Only what a browser can hold: models of some hundred million parameters on most machines, about a billion on large ones. The plan says so before anything is loaded.</li>
        <li>Fewer parameters are not always faster: short texts, small models and some devices gain little. Speed is measured, never derived.</li>
        <li>The text matters. A model is cut to suit the text it is calibrated and judged on, and may lose more on other kinds.</li>
        <li>Layers end up with different widths. ONNX files carry that; other formats open in some programs only, and the export says in which.</li>
      </ul>
    </section>
  );
}
