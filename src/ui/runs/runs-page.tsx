/** Stored runs: compared, opened, exported. */
export function RunsPage() {
  return (
    <main id="main" className="page" tabIndex={-1}>
      <h2 className="page-title">Runs</h2>
      <p className="secondary">No runs yet. Runs are stored in this browser only.</p>
    </main>
  );
}
