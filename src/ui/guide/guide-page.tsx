import { FourSteps } from '../first-visit/four-steps.tsx';

/** How it works, and what the words mean. */
export function GuidePage() {
  return (
    <main id="main" className="page" tabIndex={-1}>
      <h2 className="page-title">How it works</h2>
      <FourSteps />
    </main>
  );
}
