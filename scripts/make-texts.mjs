/**
 * Makes the bundled texts: `node scripts/make-texts.mjs CORPUS_FOLDER`.
 *
 * The corpus folder holds corpus-train.txt.gz and corpus-valid.txt.gz: a paragraph a line, a blank line between books.
 * - public/texts/tales.txt.gz: the same share of every training book, in contiguous pieces of whole paragraphs that lie
 *   evenly over the book. A book stays one document; its pieces follow each other in order.
 * - public/texts/tales-heldout.txt.gz: all of the held-out books.
 * - public/texts/index.json: what both are.
 * Nothing is drawn at random, so the same corpus gives the same files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const SHARE = 0.13; // of every book
const PIECE_CHARACTERS = 16_384; // about 4,400 tokens
const OUTPUT = new URL('../public/texts/', import.meta.url);

/** The paragraphs of a book whose places are nearest to `length` characters around `centre`. */
function piece(paragraphs, centre, length) {
  let position = 0;
  const chosen = [];
  for (const paragraph of paragraphs) {
    const middle = position + paragraph.length / 2;
    if (Math.abs(middle - centre) <= length / 2) chosen.push(paragraph);
    position += paragraph.length + 1;
  }
  return chosen;
}

/** A share of a book: equally long pieces around the centres of equally long parts. */
function sample(book) {
  const paragraphs = book.split('\n');
  const wanted = book.length * SHARE;
  const pieces = Math.max(1, Math.round(wanted / PIECE_CHARACTERS));
  const part = book.length / pieces;
  return Array.from({ length: pieces }, (_, index) =>
    piece(paragraphs, (index + 0.5) * part, wanted / pieces).join('\n'),
  ).join('\n');
}

function write(id, name, documents, role) {
  const text = documents.join('\n\n');
  const packed = gzipSync(text, { level: 9 });
  writeFileSync(new URL(`${id}.txt.gz`, OUTPUT), packed);
  return {
    id,
    name,
    file: `${id}.txt.gz`,
    bytes: packed.length,
    characters: text.length,
    documents: documents.length,
    licence: 'public domain',
    role,
  };
}

const corpus = process.argv[2];
if (!corpus) throw new Error('usage: node scripts/make-texts.mjs CORPUS_FOLDER');
const books = (file) => gunzipSync(readFileSync(join(corpus, file))).toString('utf8').split(/\n{2,}/).filter((book) => book.trim() !== '');

mkdirSync(OUTPUT, { recursive: true });
const texts = [
  write('tales', 'Tales: an eighth of 70 books', books('corpus-train.txt.gz').map(sample), 'training'),
  write('tales-heldout', 'Tales, held out: 4 whole books', books('corpus-valid.txt.gz'), 'held-out'),
];
writeFileSync(new URL('index.json', OUTPUT), `${JSON.stringify({ version: 1, texts }, null, 2)}\n`);
for (const text of texts) console.log(`${text.file}: ${text.documents} documents, ${text.characters} characters, ${text.bytes} bytes`);
