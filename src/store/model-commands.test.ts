import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommand } from '../worker/protocol.ts';
import { bundledModel } from './bundled-model.ts';
import { parseEndpoint, takesToken } from './hub-settings.ts';
import { ModelCommands } from './model-commands.ts';
import { defaultEndpoint, initialModels, knownModel, modelStore } from './model-store.ts';

const hub = 'hub:owner/name@main';
const inspection = { ...bundledModel.inspection, here: false };
const explanation = { what: 'w', means: 'm', remedy: 'r' };

function wire() {
  const sent: EngineCommand[] = [];
  const commands = new ModelCommands((command) => void sent.push(command));
  return { commands, sent, types: () => sent.map(({ type }) => type) };
}

const state = () => modelStore.getState();

describe('ModelCommands', () => {
  beforeEach(() => modelStore.setState(initialModels, true));

  it('tells the engine of the Hub before the first look, once', () => {
    const { commands, types } = wire();
    commands.inspect(hub);
    commands.inspect('hub:owner/other@main');
    expect(types()).toEqual(['set-hub', 'inspect', 'inspect']);
  });

  it('looks into a model once, and again after a failure', () => {
    const { commands, types } = wire();
    commands.inspect(bundledModel.id);
    commands.inspect(hub);
    commands.inspect(hub);
    expect(types()).toEqual(['set-hub', 'inspect']);
    commands.receive({ type: 'inspect-failed', subject: hub, explanation });
    commands.inspect(hub);
    expect(types()).toEqual(['set-hub', 'inspect', 'inspect']);
  });

  it('forgets the token when the address changes, and what was seen at the old one', () => {
    const { commands, sent } = wire();
    commands.setHub({ token: 'secret' });
    commands.inspect(hub);
    commands.receive({ type: 'inspected', model: hub, inspection });
    commands.setHub({ endpoint: 'https://mirror.example' });
    expect(state().hub).toEqual({ endpoint: 'https://mirror.example', token: null });
    expect(knownModel(state(), hub)).toBeNull();
    expect(knownModel(state(), bundledModel.id)).not.toBeNull();
    expect(sent.at(0)).toEqual({ type: 'set-hub', endpoint: defaultEndpoint, token: 'secret' });
    expect(sent.at(-1)).toEqual({ type: 'set-hub', endpoint: 'https://mirror.example', token: null });
  });

  it('sends no token in the clear', () => {
    const { commands, sent } = wire();
    commands.setHub({ endpoint: 'http://mirror.example' });
    commands.setHub({ token: 'secret' });
    commands.introduce();
    expect(sent).toEqual([{ type: 'set-hub', endpoint: 'http://mirror.example', token: null }]);
  });

  it('gives the files again to an engine that was started anew', () => {
    const { commands, types } = wire();
    commands.giveFiles('folder', []);
    commands.inspect('local:folder');
    commands.breakDown(explanation);
    expect(state().looks.get('local:folder')).toEqual({ status: 'failed', explanation });
    commands.inspect('local:folder');
    expect(types()).toEqual(['set-hub', 'give-files', 'inspect', 'set-hub', 'give-files', 'inspect']);
  });

  it('looks anew at a name that now means other files', () => {
    const { commands, types } = wire();
    commands.giveFiles('a.txt', []);
    commands.inspectText('local:a.txt');
    commands.receive({ type: 'text-inspected', text: 'local:a.txt', inspection: { name: 'a.txt', bytes: 1, format: 'text', fields: [], sample: 'a' } });
    commands.giveFiles('a.txt', []);
    commands.inspectText('local:a.txt');
    expect(types()).toEqual(['set-hub', 'give-files', 'inspect-text', 'give-files', 'inspect-text']);
  });

  it('shows a download from where it was left, and asks what is stored when it ends', () => {
    const { commands, types } = wire();
    commands.receive({ type: 'download', model: hub, download: { status: 'stopped', done: 4, total: 10, explanation: null } });
    commands.download(hub);
    expect(state().downloads.get(hub)).toMatchObject({ status: 'running', done: 4, total: 10 });
    commands.receive({ type: 'download', model: hub, download: { status: 'done', total: 10 } });
    expect(types()).toEqual(['list-stored', 'set-hub', 'download', 'list-stored']);
  });

  it('knows a deleted model as no longer here', () => {
    const { commands } = wire();
    commands.receive({ type: 'inspected', model: hub, inspection: { ...inspection, here: true } });
    commands.deleteStored(hub);
    expect(knownModel(state(), hub)?.here).toBe(false);
    expect(state().downloads.has(hub)).toBe(false);
  });
});

describe('the Hub’s address', () => {
  it('is a web address without query, fragment or secrets', () => {
    expect(parseEndpoint(' https://hub.example/mirror/?a=1#b ')).toBe('https://hub.example/mirror');
    expect(parseEndpoint('https://huggingface.co')).toBe(defaultEndpoint);
    for (const text of ['', 'huggingface.co', 'ftp://host', 'https://user:word@host', 'javascript:alert(1)']) expect(parseEndpoint(text)).toBeNull();
  });

  it('takes a token where nobody listens in', () => {
    expect(['https://a.example', 'http://localhost:80', 'http://127.0.0.1:8000'].every(takesToken)).toBe(true);
    expect(['http://a.example', 'http://localhost.example', 'nonsense'].some(takesToken)).toBe(false);
  });
});
