import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eagerReferences, pageScripts } from './check-size.mjs';

test('finds the scripts of a page', () => {
  const html =
    '<script type="module" crossorigin src="./assets/index.js"></script><link rel="modulepreload" crossorigin href="./assets/shared.js"><link rel="stylesheet" href="./a.css">';
  assert.deepEqual(pageScripts(html), ['./assets/index.js', './assets/shared.js']);
});

test('counts static imports and workers', () => {
  const code =
    'import{a as b}from"./one.js";import"./two.js";export*from"./three.js";var w=new Worker(new URL("engine.worker.js",import.meta.url),{type:"module"});';
  assert.deepEqual(eagerReferences(code), ['./one.js', './two.js', './three.js', 'engine.worker.js']);
});

test('does not count what is imported later', () => {
  assert.deepEqual(eagerReferences('const load=()=>import("./later.js");'), []);
});
