// The words of the panel are there in every language, and a directive is written as its owner would write it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { languages, words } from '../check-words.js';

globalThis.document = { addEventListener() {} };
const { directive } = await import('../probes.js');

const probes = readFileSync(new URL('../probes.js', import.meta.url), 'utf8');

test('every language says the same things', () => {
  const holes = (text) => (text.match(/\{\w+\}/g) || []).sort();
  const { en, ...others } = languages;
  for (const texts of Object.values(others)) {
    assert.deepEqual(Object.keys(texts), Object.keys(en));
    for (const key in en) assert.deepEqual(new Set(holes(texts[key])), new Set(holes(en[key])), key);
  }
  assert.equal(words('it-CH')('close'), 'Chiudi');
  assert.equal(words('fr')('origin.good', { origin: 'https://a.example' }), 'Answers from https://a.example are taken.');
});

test('every finding has its words, and every word its finding', () => {
  const found = Object.keys(languages.en).filter((key) => /^[a-z]+\.(good|limits|stops)$/.test(key) && !key.startsWith('verdict'));
  for (const key of found) assert.match(probes, new RegExp(`'${key.split('.')[0]}'`), key);
  for (const [, slug] of probes.matchAll(/finding\('([a-z]+)'/g)) {
    assert.ok(found.some((key) => key.startsWith(`${slug}.`)), slug);
  }
});

test('a directive keeps what was there', () => {
  const server = 'https://fan.example';
  const policy = "default-src 'self'; connect-src 'self' https://stats.example; script-src 'nonce-abc123' 'strict-dynamic'; SCRIPT-SRC *";
  for (const [name, given, more, wanted] of [
    ['connect-src', policy, [server], `connect-src 'self' https://stats.example ${server};`],
    ['script-src', policy, ["'wasm-unsafe-eval'"], "script-src 'nonce-…' 'strict-dynamic' 'wasm-unsafe-eval';"],
    ['frame-src', policy, [server], `frame-src 'self' ${server};`],
    ['trusted-types', policy, ['fanfare'], 'trusted-types fanfare;'],
    ['trusted-types', "trusted-types 'none'", ['fanfare'], 'trusted-types fanfare;'],
    ['connect-src', `connect-src 'none'`, [server], `connect-src ${server};`],
    ['connect-src', '', [server], `connect-src ${server};`],
    ['connect-src', `connect-src ${server}`, [server], `connect-src ${server};`],
  ]) {
    assert.equal(directive(name, given, ...more), wanted);
  }
});
