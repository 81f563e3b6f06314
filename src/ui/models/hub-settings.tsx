import { useState, type FormEvent } from 'react';
import { parseEndpoint, takesToken } from '../../store/hub-settings.ts';
import { defaultEndpoint, useModels } from '../../store/model-store.ts';
import { Button } from '../parts/button.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { useCommands } from '../shell/engine-context.ts';

/** Where models of the Hub come from, and the token for those that need one. */
export function HubSettings() {
  const hub = useModels((models) => models.hub);
  const changed = hub.endpoint !== defaultEndpoint || hub.token !== null;
  return (
    <Disclosure summary={`Mirror and token${changed ? (hub.token === null ? ': a mirror is in use' : ': a token is in use') : ''}`}>
      <EndpointForm key={hub.endpoint} endpoint={hub.endpoint} />
      <TokenForm key={`${hub.endpoint} ${hub.token === null}`} endpoint={hub.endpoint} token={hub.token} />
    </Disclosure>
  );
}

function EndpointForm({ endpoint }: { readonly endpoint: string }) {
  const commands = useCommands();
  const [text, setText] = useState(endpoint);
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = text.trim() === '' ? defaultEndpoint : parseEndpoint(text);
    setWrong(next === null);
    if (next !== null) commands.models.setHub({ endpoint: next });
  };
  return (
    <form className="list-form" onSubmit={submit} noValidate>
      <label className="field">
        <span>Address of the Hub or a mirror</span>
        <input className="text-input" type="url" value={text} placeholder={defaultEndpoint} autoComplete="off" spellCheck={false} aria-invalid={wrong} onChange={(event) => setText(event.target.value)} />
      </label>
      <Button type="submit" disabled={text.trim() === endpoint}>
        Set
      </Button>
      <p className="note tertiary list-form-note" role={wrong ? 'alert' : undefined}>
        {wrong ? 'This is no web address: it begins with https:// and holds no password.' : 'Kept in this browser. Another address forgets the token.'}
      </p>
    </form>
  );
}

function TokenForm({ endpoint, token }: { readonly endpoint: string; readonly token: string | null }) {
  const commands = useCommands();
  const [text, setText] = useState('');
  const safe = takesToken(endpoint);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    commands.models.setHub({ token: text.trim() });
  };
  if (token !== null) {
    return (
      <div className="list-form">
        <p className="small secondary">A token is in use. It is kept until this page is closed.</p>
        <Button onClick={() => commands.models.setHub({ token: null })}>Forget it</Button>
      </div>
    );
  }
  return (
    <form className="list-form" onSubmit={submit}>
      <label className="field">
        <span>Token</span>
        <input className="text-input" type="password" value={text} autoComplete="off" spellCheck={false} maxLength={400} disabled={!safe} onChange={(event) => setText(event.target.value)} />
      </label>
      <Button type="submit" disabled={!safe || text.trim() === ''}>
        Use
      </Button>
      <p className="note tertiary list-form-note">
        {safe ? `For models with terms to accept. Sent to ${new URL(endpoint).host} only, kept until this page is closed.` : 'A token is not sent over http, where others could read it.'}
      </p>
    </form>
  );
}
