import type { Explanation } from '../base/explained-error.ts';
import type { EngineCommand, GivenFile } from '../worker/protocol.ts';
import { storedEndpoint, rememberEndpoint, takesToken } from './hub-settings.ts';
import { fileBytes, knownModel, modelStore, type Hub } from './model-store.ts';
import { endModels, markHere, reduceModels, withEntry, withoutEntry, type ModelMessage } from './reduce-models.ts';

/** Commands about models and texts, and the only writer of the model store. */
export class ModelCommands {
  private readonly send: (command: EngineCommand) => void;
  /** Files of `local:` models and texts by name: an engine that was started anew has to be given them again. */
  private readonly given = new Map<string, readonly GivenFile[]>();
  /** Whether the engine has been told of the Hub and of given files. */
  private introduced = false;

  constructor(send: (command: EngineCommand) => void) {
    this.send = send;
    modelStore.setState(({ hub }) => ({ hub: { ...hub, endpoint: storedEndpoint() } }));
  }

  /** Tells the engine where models come from, once: before its first use, and after it broke down. */
  introduce(): void {
    if (this.introduced) return;
    this.introduced = true;
    this.tellHub();
    for (const [name, files] of this.given) this.send({ type: 'give-files', name, files });
  }

  /** Another address forgets the token, which was meant for the old one, and what was seen there. */
  setHub(change: Partial<Hub>): void {
    const { hub, looks } = modelStore.getState();
    const moved = change.endpoint !== undefined && change.endpoint !== hub.endpoint;
    const next = { ...hub, ...(moved ? { token: null } : {}), ...change };
    modelStore.setState({ hub: next, looks: new Map([...looks].filter(([model]) => !model.startsWith('hub:'))) });
    rememberEndpoint(next.endpoint);
    if (this.introduced) this.tellHub();
  }

  /** Files that the reader gave; a name that was given before now means these. */
  giveFiles(name: string, files: readonly GivenFile[]): void {
    this.introduce();
    this.given.set(name, files);
    const ref = `local:${name}`;
    modelStore.setState(({ looks, texts }) => ({ looks: withoutEntry(looks, ref), texts: withoutEntry(texts, ref) }));
    this.send({ type: 'give-files', name, files });
  }

  /** Looks into a model, unless that was done. */
  inspect(model: string): void {
    const before = modelStore.getState().looks.get(model)?.status;
    if (before === 'known' || before === 'looking') return;
    this.introduce();
    modelStore.setState(({ looks }) => ({ looks: withEntry(looks, model, { status: 'looking' }) }));
    this.send({ type: 'inspect', model });
  }

  /** Looks into a text (a ref without a field), unless that was done. */
  inspectText(text: string): void {
    const before = modelStore.getState().texts.get(text)?.status;
    if (before === 'known' || before === 'looking') return;
    this.introduce();
    modelStore.setState(({ texts }) => ({ texts: withEntry(texts, text, { status: 'looking' }) }));
    this.send({ type: 'inspect-text', text });
  }

  download(model: string): void {
    this.introduce();
    const { downloads, stored } = modelStore.getState();
    const before = downloads.get(model);
    const kept = stored?.models.find((other) => other.model === model);
    const inspection = knownModel(modelStore.getState(), model);
    const done = before?.status === 'stopped' ? before.done : (kept?.bytes ?? 0);
    const total = kept?.total ?? (inspection ? fileBytes(inspection) : (before?.total ?? 0));
    const running = { status: 'running', done, total, bytesPerSecond: null, secondsLeft: null, file: '' } as const;
    modelStore.setState({ downloads: withEntry(downloads, model, running) });
    this.send({ type: 'download', model });
  }

  cancelDownload(model: string): void {
    this.send({ type: 'cancel-download', model });
  }

  listStored(): void {
    this.send({ type: 'list-stored' });
  }

  deleteStored(model: string): void {
    void import('./storage/kept-note.ts').then(({ noteGoing }) => noteGoing('models', model));
    modelStore.setState(({ downloads, looks }) => ({ downloads: withoutEntry(downloads, model), looks: markHere(looks, model, false) }));
    this.send({ type: 'delete-stored', model });
  }

  receive(message: ModelMessage): void {
    modelStore.setState((state) => reduceModels(state, message));
    // What is stored has changed.
    if (message.type === 'download' && message.download.status !== 'running') this.listStored();
  }

  breakDown(explanation: Explanation): void {
    this.introduced = false;
    modelStore.setState((state) => endModels(state, explanation));
  }

  private tellHub(): void {
    const { endpoint, token } = modelStore.getState().hub;
    this.send({ type: 'set-hub', endpoint, token: takesToken(endpoint) ? token : null });
  }
}
