import { useState } from 'react';
import type { PostTrainingState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import { kl, missing, perplexity, tokens } from '../format/format.ts';
import { Panel } from '../parts/panel.tsx';
import { CurveChart } from './curve-chart.tsx';
import './post-training-panel.css';

/** The held-out curve while the winner is trained on. */
export function PostTrainingPanel() {
  const post = useRun((run) => run.postTraining);
  const [table, setTable] = useState(false);
  if (post.losses.length === 0 && post.measured.length === 0) return null;
  const best = post.measured.findLast((point) => point.best);
  const trained = post.losses.at(-1)?.tokens ?? 0;
  const tools = (
    <button type="button" className="link-button" aria-pressed={table} onClick={() => setTable(!table)}>
      {table ? 'Chart' : 'Table'}
    </button>
  );
  return (
    <Panel title="Post-training" note="held out, lower is better" id="post-training" aside={tools}>
      <dl className="post-figures figures">
        <div>
          <dt>KL, best</dt>
          <dd className="post-main">{kl(best?.kl)}</dd>
        </div>
        <div>
          <dt>Perplexity</dt>
          <dd>{perplexity(best?.perplexity)}</dd>
        </div>
        <div>
          <dt>Training loss</dt>
          <dd>{post.losses.length > 0 ? kl(post.losses.at(-1)?.loss, 2) : missing}</dd>
        </div>
        <div>
          <dt>Tokens</dt>
          <dd>
            {tokens(trained)} of {tokens(post.total)}
          </dd>
        </div>
      </dl>
      {table ? <PostTable post={post} /> : <CurveChart points={post.measured.map(({ tokens: x, kl: y }) => ({ x, y }))} end={Math.max(post.total, 1)} />}
    </Panel>
  );
}

function PostTable({ post }: { readonly post: PostTrainingState }) {
  return (
    <table className="post-table figures">
      <thead>
        <tr>
          <th scope="col">Tokens</th>
          <th scope="col">KL</th>
          <th scope="col">Perplexity</th>
        </tr>
      </thead>
      <tbody>
        {post.measured.map((point) => (
          <tr key={point.tokens}>
            <th scope="row">{tokens(point.tokens)}</th>
            <td>{kl(point.kl)}</td>
            <td>{perplexity(point.perplexity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
