import { useState, type FormEvent } from 'react';
import { parseAddress } from '../../sources/model-ref.ts';
import { Button } from '../parts/button.tsx';

interface Props {
  readonly label: string;
  readonly example: string;
  readonly onAddress: (address: URL) => void;
}

/** Asks for an address that this page is to read from. */
export function AddressForm({ label, example, onAddress }: Props) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const url = parseAddress(text.trim());
    setWrong(url === null);
    if (url) onAddress(url);
  };
  return (
    <form className="list-form" onSubmit={submit} noValidate>
      <label className="field">
        <span>{label}</span>
        <input className="text-input" type="url" value={text} placeholder={example} autoComplete="off" spellCheck={false} aria-invalid={wrong} onChange={(event) => setText(event.target.value)} />
      </label>
      <Button type="submit" disabled={text.trim() === ''}>
        Look
      </Button>
      <p className="note tertiary list-form-note" role={wrong ? 'alert' : undefined}>
        {wrong ? 'This is no web address: it begins with https:// and holds no password.' : 'The server has to allow pages of other sites to read it (CORS).'}
      </p>
    </form>
  );
}
