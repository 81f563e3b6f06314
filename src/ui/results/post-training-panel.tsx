import { lazy, useRef, useState } from 'react';
import type { PostTrainingState } from '../../store/run-state.ts';
import { useEngine } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { ChartPlace } from '../charts/chart-place.tsx';
import { kl, missing, perplexity, tokens } from '../format/format.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { Button } from '../parts/button.tsx';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Panel } from '../parts/panel.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { postCsv } from './post-curve.ts';
import './post-training-panel.css';

const PostChart = lazy(() => import('./post-chart.tsx').then(({ PostChart: component }) => ({ default: component })));

const height = 190;

/** The curve on held-out text while the winner is trained on, and the way to end it when it is good enough. */
export function PostTrainingPanel() {
  const post = useRun((run) => run.postTraining);
  const [table, setTable] = useState(false);
  const [ref, width] = useElementWidth();
  const drawing = useRef<HTMLDivElement>(null);
  if (post.losses.length === 0 && post.measured.length === 0) return null;
  return (
    <Panel title="Post-training" note="held out, lower is better" id="post-training">
      <Figures post={post} />
      <div ref={ref}>
        {table && <PostTable post={post} />}
        <div ref={drawing} hidden={table}>
          <ChartPlace height={height}>
            {!table && width > 0 && <PostChart {...{ post, width, height }} />}
          </ChartPlace>
        </div>
      </div>
      <div className="post-tools">
        <ChartTools name="post-training" title="Post-training: KL on held-out text" csv={() => postCsv(post)} onTable={setTable} {...{ table, drawing }} />
      </div>
      <KeepBest post={post} />
    </Panel>
  );
}

function Figures({ post }: { readonly post: PostTrainingState }) {
  const best = post.measured.findLast((point) => point.best);
  const trained = post.losses.at(-1)?.tokens ?? 0;
  return (
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
  );
}

/** Ends post-training when its reader finds it good enough: nothing of what was measured best is lost. */
function KeepBest({ post }: { readonly post: PostTrainingState }) {
  const commands = useCommands();
  const training = useRun((run) => run.phase === 'post-train');
  const status = useEngine((engine) => engine.status);
  const live = useIsLive();
  if (!live || !training || (status !== 'running' && status !== 'paused' && status !== 'stopping')) return null;
  const best = post.measured.findLast((point) => point.best);
  const what = best === undefined || best.tokens === 0 ? 'the winner as the search left it' : `the weights after ${tokens(best.tokens)} tokens, KL ${kl(best.kl)}`;
  return (
    <div className="post-keep">
      <Button disabled={status === 'stopping'} onClick={() => commands.stop()}>
        {status === 'stopping' ? 'Ending…' : 'Keep the best so far'}
      </Button>
      <p className="note tertiary">Ends post-training now with {what}; then it is evaluated and exported.</p>
    </div>
  );
}

function PostTable({ post }: { readonly post: PostTrainingState }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="post-scroll" role="region" aria-label="Table of post-training" tabIndex={0}>
      <table className="post-table figures">
        <thead>
          <tr>
            {['Tokens', 'KL', 'Perplexity', 'Best so far'].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {post.measured.map((point) => (
            <tr key={point.tokens}>
              <th scope="row">{tokens(point.tokens)}</th>
              <td>{kl(point.kl)}</td>
              <td>{perplexity(point.perplexity)}</td>
              <td>{point.best ? 'yes' : 'no'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
