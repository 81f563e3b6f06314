import { ExplainedError } from '../base/explained-error.ts';

/** Errors of servers that models come from. None of them carries an address with a query, a header or a token. */

const nothing = 'Nothing was loaded; what was downloaded before is kept.';

/** No answer at all: offline, a wrong address, a server that is down, or one that does not let pages of other sites read it. */
export class NetworkError extends ExplainedError {
  constructor(host: string, options?: ErrorOptions) {
    super(
      {
        what: `${host} could not be reached.`,
        means: nothing,
        remedy: 'Check the connection and the address, then try again. A server of your own must allow this page to read it (CORS).',
      },
      options,
    );
  }
}

/** Status 401 or 403 of the Hub. */
export class HubAccessError extends ExplainedError {
  constructor(id: string, card: string, gated: boolean, hadToken: boolean) {
    super({
      what: gated
        ? `${id} is gated: its owner wants its licence accepted before it is given out.`
        : `The Hub does not give out ${id}${hadToken ? ' with this token' : ' without a token'}: it is gated or private, or there is no such model.`,
      means: nothing,
      remedy: hadToken
        ? `Check the name, accept the licence on the model's page (${card}) with the account that the token belongs to, and see that the token may read this model.`
        : `Check the name, accept the licence on the model's page (${card}), then give a token of that account. It is sent to the Hub only and forgotten with the session.`,
    });
  }
}

/** A token that no header can hold. What was given is not repeated. */
export class HubTokenError extends ExplainedError {
  constructor() {
    super({
      what: 'The token for the Hub has blanks or signs in it that no token has.',
      means: 'It was not sent. Nothing was loaded.',
      remedy: 'Copy it once more from your settings at the Hub; it begins with hf_ and is a single word.',
    });
  }
}

/** Status 404 of the Hub for a model or revision. */
export class HubModelMissingError extends ExplainedError {
  constructor(id: string, revision: string, endpoint: string) {
    super({
      what: `${endpoint} has no model ${id} with revision "${revision}".`,
      means: 'Nothing was loaded.',
      remedy: 'Check the owner, the name and the revision on the model\'s page.',
    });
  }
}

/** What answered is not the Hub, nor a mirror of it. */
export class NotAHubError extends ExplainedError {
  constructor(endpoint: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `${endpoint} does not answer as the Hugging Face Hub does: ${reason}.`,
        means: 'Nothing was loaded.',
        remedy: 'Check the Hub\'s address in the settings; it is "https://huggingface.co" or a mirror of it.',
      },
      options,
    );
  }
}

/** Status 429. */
export class RateLimitError extends ExplainedError {
  /** Seconds until the server wants to be asked again, where it tells. */
  readonly retryAfter: number | null;

  constructor(host: string, retryAfter: number | null) {
    super({
      what: `${host} has had too many requests and answers no more for now.`,
      means: nothing,
      remedy: `Wait ${retryAfter === null ? 'some minutes' : `${retryAfter} s`}, then go on; a token raises the Hub's limit.`,
    });
    this.retryAfter = retryAfter;
  }
}

/** Any other status that is no success. */
export class ServerError extends ExplainedError {
  readonly status: number;

  constructor(host: string, status: number) {
    super({
      what: `${host} answered with status ${status}.`,
      means: nothing,
      remedy: status >= 500 ? 'The server is in trouble: try again later.' : 'Check the address and that its files may be read by everyone.',
    });
    this.status = status;
  }
}

/** A server that tells a file's size by none of the ways there are. */
export class RemoteSizeError extends ExplainedError {
  constructor(name: string, path: string) {
    super({
      what: `The server of ${name} does not tell how large "${path}" is.`,
      means: 'Nothing was loaded, because a download could not be checked.',
      remedy: 'Use a server that sends Content-Length, or download the files and open them as a folder.',
    });
  }
}
