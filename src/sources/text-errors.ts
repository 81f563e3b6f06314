import { ExplainedError } from '../base/explained-error.ts';

export class TextMalformedError extends ExplainedError {
  constructor(name: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `The text ${name} cannot be used: ${reason}.`,
        means: 'It was not loaded.',
        remedy: 'Choose a plain text file or JSON Lines in UTF-8, gzipped or not.',
      },
      options,
    );
  }
}

/** No record of a JSON Lines file has the field that was asked for. */
export class TextFieldError extends ExplainedError {
  constructor(name: string, field: string, fields: readonly string[]) {
    const there = fields.slice(0, 12).map((one) => JSON.stringify(one.slice(0, 40))).join(', ');
    super({
      what: `The records of ${name} have no text in a field ${JSON.stringify(field.slice(0, 40))}.`,
      means: 'It was not loaded.',
      remedy: there === '' ? 'Choose a file whose records hold text.' : `Choose one of the fields that hold text: ${there}.`,
    });
  }
}
