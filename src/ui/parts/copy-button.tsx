import { useEffect, useState } from 'react';

interface Props {
  /** What is copied. */
  readonly text: string;
  /** For those who do not see what it stands beside: "Copy SHA-256 of model.onnx". */
  readonly label: string;
}

const shown = 2000;

/** Copies a text; says for two seconds that it did, or that the browser did not let it. */
export function CopyButton({ text, label }: Props) {
  const [said, setSaid] = useState<'Copied' | 'Not copied' | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), shown);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Not copied'),
    );
  };
  return (
    <>
      <button type="button" className="link-button copy-button" aria-label={label} onClick={copy}>
        {said ?? 'Copy'}
      </button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
