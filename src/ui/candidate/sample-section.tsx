import { useMemo } from 'react';
import type { FoundCandidate } from '../../store/find-candidate.ts';
import { useSettings } from '../../store/settings-store.ts';
import type { ModelSubject } from '../../worker/protocol.ts';
import { Button } from '../parts/button.tsx';
import { Panel } from '../parts/panel.tsx';
import { SampleText } from '../sample/sample-text.tsx';
import { samplingWords } from '../sample/sample-words.ts';
import { useAsking } from '../sample/use-asking.ts';
import { useSampleFailure, useSamples } from '../sample/use-samples.ts';

/** What a candidate writes after the prompt that all share; its weights are put together for it. */
export function SampleSection({ candidate: { id, genome } }: { readonly candidate: FoundCandidate }) {
  const subjects = useMemo((): readonly ModelSubject[] => [{ which: 'dense' }, { which: 'candidate', id, genome }], [id, genome]);
  const { reason, busy, ask, stop } = useAsking(subjects);
  const words = useSettings((settings) => samplingWords(settings.sampling));
  const prompt = useSettings((settings) => settings.prompt);
  const { dense, candidate } = useSamples();
  const sample = candidate?.id === id ? candidate : null;
  const failure = useSampleFailure();
  return (
    <Panel title="Sample" aside={<span className="note tertiary">{words}</span>}>
      <p className="candidate-prompt">{prompt}</p>
      {sample && <SampleText title={`From ${id}, not fine-tuned`} sample={sample} against={dense} />}
      {reason !== null ? (
        <p className="small tertiary">{reason}</p>
      ) : (
        <Button onClick={busy ? stop : ask}>{busy ? 'Stop' : 'Write'}</Button>
      )}
      {failure && (
        <p className="note sample-failure" role="alert">
          {failure.what} {failure.remedy}
        </p>
      )}
    </Panel>
  );
}
