import { useEffect, useState } from 'react';

interface Props {
  /** What is copied. */
  readonly text: string;
  /** For those who do not see what it stands beside: "Copy SHA-256 of model.onnx". */
  readonly label: string;
  /** On the button, where "Copy" does not say what. */
  readonly words?: string;
}

const shown = 2000;

type Said = 'Copied' | 'Not copied' | null;

/** What to say for two seconds after copying, and how to copy. */
export function useCopied(): readonly [Said, (text: string) => void] {
  const [said, setSaid] = useState<Said>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), shown);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (text: string): void => {
    // Pages over plain http have no clipboard at all.
    const writing: Promise<void> = 'clipboard' in navigator ? navigator.clipboard.writeText(text) : Promise.reject(new Error('no clipboard'));
    writing.then(
      () => setSaid('Copied'),
      () => setSaid('Not copied'),
    );
  };
  return [said, copy];
}

/** Copies a text; says for two seconds that it did, or that the browser did not let it. */
export function CopyButton({ text, label, words = 'Copy' }: Props) {
  const [said, copy] = useCopied();
  return (
    <>
      <button type="button" className="link-button copy-button" aria-label={label} onClick={() => copy(text)}>
        {said ?? words}
      </button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
