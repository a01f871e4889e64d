// The receipt check against the vectors of the protocol, and against every way to change them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytes, hash, hex } from '../bytes.js';
import { lockOf } from '../locks.js';
import { check, commitment, included, parse, withKey } from '../receipt.js';

const vectors = JSON.parse(readFileSync(new URL('../../../shared/tests/vectors/log_v1.json', import.meta.url)));
const { poll, commitments } = vectors;
const tag = (text) => Buffer.from(text).toString('base64');

/** Root of the leaf hashes, and the path of leaf 0: the recursive definition of RFC 6962, slow and plain. */
const root = async (hashes) => {
  if (hashes.length === 1) return hashes[0];
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return hash(Uint8Array.from([1, ...(await root(hashes.slice(0, k))), ...(await root(hashes.slice(k)))]));
};
const pathOfFirst = async (hashes) => {
  if (hashes.length === 1) return [];
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return [...(await pathOfFirst(hashes.slice(0, k))), await root(hashes.slice(k))];
};

const leaves = poll.bundle.log.leaves.map(bytes);
const leaf0 = leaves[0];
const proof0 = async (size) => {
  const hashes = await Promise.all(leaves.slice(0, size).map((leaf) => hash(Uint8Array.from([0, ...leaf]))));
  return (await pathOfFirst(hashes)).map((one) => Buffer.from(one).toString('base64'));
};

const origin = 'fanfare.example/log/a/a7bq67dzcsfonq2rdrb6bxyen3';
const key = Buffer.from(vectors.keys.log.public, 'hex');
const signer = Uint8Array.from([1, ...key]);
const id = hex(await hash(Uint8Array.from([...bytes(`${origin}\n`), ...signer]))).slice(0, 8);
const vkey = `${origin}+${id}+${Buffer.from(signer).toString('base64')}`;
const activity = 'a7bq67dzcsfonq2rdrb6bxyen3';

const given = async () => ({
  vkey,
  log: origin,
  rules: hex(await hash(leaf0)),
  reply: {
    index: 15,
    holder: '431c9791b1ac25b3809c023439f480f7',
    revision: 3,
    receipt: poll.receipt.private,
    leaf0: Buffer.from(leaf0).toString('base64'),
    leaf0_proof: await proof0(16),
  },
  sent: {
    activity,
    act: 'ballot',
    answers: { taste: ['basil'], why: ['last word'] },
    lock: '4c7e5f7c62b6ce1ad92327e65a3e93c011f57a9bacbb81634777c751dbc0b151',
    unlock: 'e26797c2b8e8ebdb6726143b071b81dc5bfda8db9cefde57d5e4996c5491f10d',
    before: { revision: 2, holder: '431c9791b1ac25b3809c023439f480f7' },
    // This poll was amended before its first ballot: leaf 0 names an older definition.
    definition: commitments.ballot.definition,
  },
});
const failed = async (what) => (await check(what)).filter(({ ok }) => ok !== true).map(({ step }) => step);

test('a lock and a ballot commitment are those of the vectors', async () => {
  assert.equal(await lockOf(commitments.lock.activity, commitments.lock.key), commitments.lock.lock);
  const { activity, definition, answers, commit } = commitments.ballot;
  const opens = answers.map(({ question, salt, answer }) => ({ name: question, salt, answer: bytes(answer) }));
  assert.equal(await commitment(activity, definition, opens), commit);
});

test('a good receipt holds in every step', async () => {
  assert.deepEqual(await failed(await given()), []);
});

test('a text opens to what was sent, as the server keeps it', async () => {
  const good = await given();
  for (const [text, steps] of [
    [' last \u202eword\r\n', []],
    ['last  word', ['leaf']],
  ]) {
    const answers = { taste: ['basil'], why: [text] };
    assert.deepEqual(await failed({ ...good, sent: { ...good.sent, answers } }), steps, text);
  }
});

test('a browser without Ed25519 verifies all the same, and as strictly', async (t) => {
  const { importKey } = crypto.subtle;
  t.mock.method(crypto.subtle, 'importKey', function without(format, data, algorithm, ...rest) {
    if (algorithm !== 'Ed25519') return importKey.call(this, format, data, algorithm, ...rest);
    return Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'));
  });
  assert.deepEqual(await failed(await given()), []);
  const what = await given();
  const at = what.reply.receipt.lastIndexOf(' ') + 10;
  const other = what.reply.receipt[at] === 'A' ? 'B' : 'A';
  what.reply.receipt = what.reply.receipt.slice(0, at) + other + what.reply.receipt.slice(at + 1);
  assert.deepEqual(await failed(what), ['signature']);

  // A key of order one "signs" everything for a verifier that lets such points pass.
  const { verify } = await import('../ed25519.js');
  const neutral = Uint8Array.from([1, ...new Array(31).fill(0)]);
  const forged = Uint8Array.from([...neutral, ...new Array(32).fill(0)]);
  assert.equal(await verify(forged, bytes('anything'), neutral), false);
});

test('inclusion holds for every leaf in trees of every size, and for no other index', async () => {
  const hashes = await Promise.all(leaves.map((leaf) => hash(Uint8Array.from([0, ...leaf]))));
  for (let size = 1; size <= leaves.length; size += 1) {
    const top = await root(hashes.slice(0, size));
    const path = await pathOfFirst(hashes.slice(0, size));
    assert.equal(await included(leaf0, 0, size, path, top), true, `size ${size}`);
    assert.equal(await included(leaf0, 1, size, path, top), false, `size ${size}, index 1`);
    assert.equal(await included(leaf0, size, size, path, top), false);
    assert.equal(await included(leaf0, 0, size, [...path, top], top), false, 'a longer path');
  }
});

test('no single character of a receipt can change without being noticed', async () => {
  const what = await given();
  const receipt = what.reply.receipt;
  const index = Buffer.from(/^extra (\S+)$/m.exec(receipt)[1], 'base64').toString();
  for (let at = 0; at < receipt.length; at += 1) {
    for (const change of [1, 4]) {
      const code = receipt.charCodeAt(at) ^ change;
      const changed = receipt.slice(0, at) + String.fromCharCode(code) + receipt.slice(at + 1);
      const extra = /^extra (\S+)$/m.exec(changed);
      // The index of `open` in the registry is for who reads the registry: nothing here could know it.
      const said = extra && Buffer.from(extra[1], 'base64').toString();
      const same = (line) => line.replace(/\nopen-index [0-9]\n/, '\n');
      if (said && said !== index && same(said) === same(index)) continue;
      const steps = await failed({ ...what, reply: { ...what.reply, receipt: changed } });
      assert.notDeepEqual(steps, [], `character ${at} changed by ${change}`);
    }
  }
});

test('each lie of a server is caught by the step named for it', async () => {
  const good = await given();
  const other = 'ab'.repeat(32);
  const lies = [
    ['leaf', { sent: { ...good.sent, lock: other } }],
    ['leaf', { sent: { ...good.sent, unlock: other } }],
    ['leaf', { sent: { ...good.sent, answers: { taste: ['lemon'], why: ['last word'] } } }],
    ['leaf', { sent: { ...good.sent, answers: { taste: ['basil'] } } }],
    ['leaf', { sent: { ...good.sent, answers: { taste: ['basil'], why: ['last word'], more: ['yes'] } } }],
    ['leaf', { sent: { ...good.sent, answers: { taste: ['basil'], why: ['word last'] } } }],
    ['leaf', { sent: { ...good.sent, before: null } }],
    ['leaf', { sent: { ...good.sent, before: { ...good.sent.before, revision: 1 } } }],
    ['leaf', { sent: { ...good.sent, before: { ...good.sent.before, holder: '00'.repeat(16) } } }],
    ['leaf', { sent: { ...good.sent, act: 'withdraw' } }],
    ['leaf', { reply: { ...good.reply, index: 14 } }],
    ['rules', { rules: other }],
    ['rules', { reply: { ...good.reply, leaf0_proof: good.reply.leaf0_proof.slice(1) } }],
    ['rules', { reply: { ...good.reply, leaf0: tag(`${Buffer.from(leaf0)} `) } }],
    ['signature', { log: 'elsewhere.example/log/a/a7bq67dzcsfonq2rdrb6bxyen3' }],
  ];
  for (const [step, lie] of lies) assert.deepEqual(await failed({ ...good, ...lie }), [step]);
});

test('another key fails the step "key" and, with it, the signature', async () => {
  const another = Uint8Array.from([1, ...(await hash(bytes('another key')))]);
  const name = hex(await hash(Uint8Array.from([...bytes(`${origin}\n`), ...another]))).slice(0, 8);
  const changed = `${origin}+${name}+${Buffer.from(another).toString('base64')}`;
  assert.deepEqual(await failed({ ...(await given()), vkey: changed }), ['key', 'signature']);
  assert.deepEqual(await failed({ ...(await given()), vkey: vkey.replace('fanfare', 'fanfares') }), ['key', 'signature']);
});

test('what could not be had is neither held nor failed', async () => {
  const steps = await check({ ...(await given()), vkey: null, rules: undefined });
  assert.deepEqual(Object.fromEntries(steps.map(({ step, ok }) => [step, ok])), {
    key: null,
    signature: null,
    inclusion: true,
    leaf: true,
    rules: null,
  });
});

test('the receipt that is kept carries the key of its lock, once', () => {
  const receipt = poll.receipt.private;
  const { key } = parse(receipt);
  const bare = receipt.replace(/^extra (.+)$/m, (_, extra) => `extra ${btoa(atob(extra).replace(/key .+\n/, ''))}`);
  assert.equal(parse(bare).key, null);
  assert.equal(withKey(bare, key), receipt);
  assert.equal(withKey(receipt, 'ff'), receipt);
});
