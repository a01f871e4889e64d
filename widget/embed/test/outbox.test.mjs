// An act is kept before it is sent, sent once whatever the network does, and its locks never get lost.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { known, record } from '../participant.js';
import { ACTIVITY, Server, Storage, URL_OF, browse, tab } from './server.mjs';

const ballot = (...values) => ({ act: 'ballot', 'q.gusto': values });
const send = (outbox, fields) => outbox.send(URL_OF, ACTIVITY, fields, 'fragment', 'it');
const settled = (outbox) => new Promise((done) => outbox.onSettled(ACTIVITY, done));
const begin = async (options) => {
  const server = new Server();
  const { storage } = browse(server, options);
  const outbox = await tab();
  outbox.know(server.activities());
  return { server, storage, outbox };
};
const all = { key: true, signature: true, inclusion: true, leaf: true, rules: true };
const steps = ({ checks }) => Object.fromEntries(checks.map(({ step, ok }) => [step, ok]));

// The next try of an entry is a timer: a test that leaves one behind would not end.
const { setTimeout: real } = globalThis;
globalThis.setTimeout = (run, ms, ...rest) => {
  const timer = real(run, ms, ...rest);
  if (ms > 300) timer.unref();
  return timer;
};

afterEach(() => delete globalThis.localStorage);

test('a ballot is sent under a lock of its own, and its receipt is checked', async () => {
  const { server, outbox } = await begin();
  const said = await send(outbox, ballot('fico'));
  assert.equal(said.status, 'done');
  assert.deepEqual(steps(said), all);
  const own = record(URL_OF, ACTIVITY);
  assert.deepEqual([own.act, own.answers, own.revision, own.index], ['ballot', { gusto: ['fico'] }, 1, 1]);
  assert.match(own.receipt, /^c2sp/);
  assert.match(atob(/^extra (.+)$/m.exec(own.receipt)[1]), new RegExp(`\nkey ${own.secret}\n$`));
  assert.equal(server.leaves.length, 2);
  assert.deepEqual(outbox.entries(URL_OF), []);
});

test('a change opens the lock before it, a withdrawal the last one', async () => {
  const { server, outbox } = await begin();
  await send(outbox, ballot('fico'));
  const first = record(URL_OF, ACTIVITY).secret;
  const changed = await send(outbox, ballot('limone'));
  assert.deepEqual(steps(changed), all);
  assert.equal(changed.reply.revision, 2);
  assert.match(server.leaves[2], new RegExp(`unlock ${first}`));
  const withdrawn = await send(outbox, { act: 'withdraw' });
  assert.deepEqual(steps(withdrawn), all);
  assert.equal(record(URL_OF, ACTIVITY).act, 'withdraw');
});

test('an answer after a withdrawal begins anew, under no old lock', async () => {
  const { server, outbox } = await begin();
  await send(outbox, ballot('fico'));
  await send(outbox, { act: 'withdraw' });
  const said = await send(outbox, ballot('limone'));
  assert.deepEqual([said.reply.revision, steps(said)], [1, all]);
  assert.doesNotMatch(server.posts[2], /unlock/);
});

test('two rapid clicks are one act', async () => {
  const { server, outbox } = await begin();
  const [one, two] = await Promise.all([send(outbox, ballot('fico')), send(outbox, ballot('fico'))]);
  assert.equal(one, two);
  assert.equal(server.leaves.length, 2);
  assert.equal(server.posts.length, 1);
});

test('a second answer given while the first is under way follows it as a change', async () => {
  const { server, outbox } = await begin();
  const [one, two] = await Promise.all([send(outbox, ballot('fico')), send(outbox, ballot('limone'))]);
  assert.deepEqual([one.reply.revision, two.reply.revision], [1, 2]);
  assert.equal(server.leaves.length, 3);
});

for (const fault of ['lost', 'cut', 500, 503, 429]) {
  test(`after ${fault} the very same bytes go again, and count once`, async () => {
    const { server, outbox } = await begin();
    server.faults = [fault, fault];
    assert.equal((await send(outbox, ballot('fico'))).status, 'waiting');
    const [{ body, secret }] = outbox.entries(URL_OF);
    assert.ok(secret, 'the key of the lock is kept before anything is known');
    const later = settled(outbox);
    assert.equal(record(URL_OF, ACTIVITY), null, 'and is nobody’s current key yet');
    assert.equal((await send(outbox, ballot('fico'))).status, 'waiting');
    assert.equal(outbox.entries(URL_OF)[0].body, body);
    outbox.open(URL_OF);
    const said = await later;
    assert.deepEqual(steps(said), all);
    assert.equal(record(URL_OF, ACTIVITY).secret, secret);
    assert.equal(server.leaves.length, 2);
    assert.equal(new Set(server.posts).size, 1);
  });
}

// [what a server, or a proxy, says; at least as many milliseconds until the next try]
for (const [header, least] of [['7', 7000], ['Wed, 21 Oct 2026 07:28:00 GMT', 1000], ['', 1000]]) {
  test(`a 429 with Retry-After "${header}" is waited for`, async (t) => {
    const { server, outbox } = await begin();
    server.faults = [{ status: 429, headers: { 'retry-after': header } }];
    const timer = t.mock.method(globalThis, 'setTimeout');
    assert.equal((await send(outbox, ballot('fico'))).status, 'waiting');
    const waits = timer.mock.calls.map(({ arguments: [, ms] }) => ms);
    assert.ok(waits.at(-1) >= least, `${waits}`);
    assert.equal(outbox.entries(URL_OF).length, 1);
  });
}

test('an answer given offline outlives the page, and the next page sends it', async () => {
  const { server, storage, outbox } = await begin();
  navigator.onLine = false;
  assert.deepEqual(await send(outbox, ballot('fico')), { status: 'waiting', memory: false });
  assert.ok(storage[`fanfare:${URL_OF}:core`], 'the loader is told where to find core');
  assert.equal(server.posts.length, 0);
  navigator.onLine = true;
  const next = await tab();
  const later = settled(next);
  next.open(URL_OF);
  assert.deepEqual(steps(await later), all);
  assert.equal(server.leaves.length, 2);
  assert.equal(storage[`fanfare:${URL_OF}:core`], undefined);
});

test('an answer that was never sent gives way to a newer one', async () => {
  const { server, outbox } = await begin();
  navigator.onLine = false;
  await send(outbox, ballot('fico'));
  await send(outbox, ballot('limone'));
  navigator.onLine = true;
  assert.equal((await send(outbox, ballot('limone'))).status, 'done');
  assert.equal(server.leaves.length, 2);
  assert.match(server.posts[0], /limone/);
});

test('an answer that may have arrived is settled before a newer one goes', async () => {
  const { server, outbox } = await begin();
  server.faults = ['cut'];
  await send(outbox, ballot('fico'));
  const said = await send(outbox, ballot('limone'));
  assert.equal(said.reply.revision, 2);
  assert.deepEqual(steps(said), all);
  assert.equal(server.leaves.length, 3);
});

test('a refused answer leaves the outbox and is told', async () => {
  const { server, outbox } = await begin();
  server.closed = true;
  const said = await send(outbox, ballot('fico'));
  assert.deepEqual([said.status, said.problem.slug], ['refused', 'closed']);
  assert.deepEqual(outbox.entries(URL_OF), []);
});

test('a page that is not the server’s word refuses nothing', async () => {
  const { server, outbox } = await begin();
  globalThis.fetch = async () => new Response('<h1>Welcome to the hotel</h1>', { status: 403 });
  assert.equal((await send(outbox, ballot('fico'))).status, 'waiting');
  globalThis.fetch = server.fetch;
  assert.equal((await send(outbox, ballot('fico'))).status, 'done');
});

for (const locked of [true, false]) {
  const how = locked ? 'with the browser’s locks' : 'with a lease in storage';
  test(`two tabs send what an earlier page left once, ${how}`, async () => {
    const { server, outbox } = await begin({ tabs: locked });
    navigator.onLine = false;
    await send(outbox, ballot('fico'));
    navigator.onLine = true;
    const [one, two] = [await tab(), await tab()];
    const said = await Promise.race([
      Promise.all([send(one, ballot('fico')), send(two, ballot('fico'))]),
    ]);
    assert.deepEqual(said.map(({ status }) => status), ['done', 'done']);
    assert.equal(server.leaves.length, 2);
    assert.equal(new Set(server.posts).size, 1);
  });
}

test('two tabs that answer differently make a ballot and its change', async () => {
  const { server, outbox } = await begin();
  const other = await tab();
  const said = await Promise.all([send(outbox, ballot('fico')), send(other, ballot('limone'))]);
  assert.deepEqual(said.map(({ reply }) => reply.revision).sort(), [1, 2]);
  assert.equal(server.leaves.length, 3);
});

test('a lock that another tab changed meanwhile is read again, once', async () => {
  const { server, storage, outbox } = await begin();
  await send(outbox, ballot('fico'));
  const stale = { ...storage };
  await send(outbox, ballot('limone'));
  const fresh = storage[`fanfare:${URL_OF}:act:${ACTIVITY}`];
  // This tab prepares its body from the older record; the newer one shows up while it is under way.
  storage[`fanfare:${URL_OF}:act:${ACTIVITY}`] = stale[`fanfare:${URL_OF}:act:${ACTIVITY}`];
  globalThis.fetch = (url, options) => {
    storage[`fanfare:${URL_OF}:act:${ACTIVITY}`] = fresh;
    return server.fetch(url, options);
  };
  const said = await send(outbox, ballot('pistacchio'));
  assert.equal(said.reply.revision, 3);
  assert.deepEqual(steps(said), all);
});

test('where storage is blocked everything lasts as long as the page', async () => {
  const { server, outbox } = await begin();
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('blocked', 'SecurityError');
    },
  });
  server.faults = ['lost'];
  assert.deepEqual(await send(outbox, ballot('fico')), { status: 'waiting', memory: true });
  assert.equal((await send(outbox, ballot('fico'))).status, 'done');
  assert.equal((await send(outbox, ballot('limone'))).reply.revision, 2);
  assert.equal(server.leaves.length, 3);
  const { forget } = await import('../participant.js');
  forget(URL_OF);
  assert.equal(known(URL_OF), null);
});

test('a page without WebCrypto leaves the lock to the server, and checks nothing', async () => {
  const { server, outbox } = await begin();
  const { crypto: whole } = globalThis;
  Object.defineProperty(globalThis, 'crypto', {
    configurable: true,
    value: { getRandomValues: (data) => whole.getRandomValues(data) },
  });
  try {
    const said = await send(outbox, ballot('fico'));
    assert.equal(said.status, 'done');
    assert.deepEqual(new Set(Object.values(steps(said))), new Set([null]));
    assert.match(server.leaves[1], /custody server/);
    assert.equal((await send(outbox, ballot('limone'))).reply.revision, 2);
  } finally {
    Object.defineProperty(globalThis, 'crypto', { configurable: true, value: whole });
  }
});

test('the last request again brings the same receipt and the fragment of now', async () => {
  const { server, outbox } = await begin();
  const { reply } = await send(outbox, ballot('fico'));
  const said = await outbox.again(URL_OF, ACTIVITY, 'fragment', 'it');
  assert.equal(said.reply.receipt, reply.receipt);
  assert.equal(server.leaves.length, 2);
});

test('a key that changed after the first receipt fails the check', async () => {
  const { outbox } = await begin();
  await send(outbox, ballot('fico'));
  const { storage: kept } = { storage: localStorage };
  const other = new Server();
  other.rules = record(URL_OF, ACTIVITY) && other.rules;
  globalThis.fetch = other.fetch;
  outbox.know(other.activities());
  kept.removeItem(`fanfare:${URL_OF}:act:${ACTIVITY}`);
  const said = await send(outbox, ballot('limone'));
  assert.deepEqual(steps(said), { ...all, key: false, signature: false });
});

test('storage is nothing but storage', () => {
  const storage = new Storage();
  storage.setItem('a', 1);
  assert.deepEqual([storage.getItem('a'), storage.getItem('getItem'), Object.keys(storage)], ['1', null, ['a']]);
});

test('who asks to try now is believed more than the browser', async () => {
  const { server, outbox } = await begin();
  navigator.onLine = false;
  await send(outbox, ballot('fico'));
  const later = settled(outbox);
  outbox.open(URL_OF);
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(server.posts.length, 0);
  await outbox.retry();
  assert.equal((await later).status, 'done');
});
