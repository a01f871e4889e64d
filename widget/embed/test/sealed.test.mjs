// A receipt moves under the seal of its log, and only to the same leaf of the same log by the same key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../receipt.js';
import { seal } from '../sealed.js';
import { ACTIVITY, Server, URL_OF, browse, tab } from './server.mjs';

/** A visitor's receipt, and a log that was sealed after it. */
const sealed = async () => {
  const server = new Server();
  browse(server);
  const outbox = await tab();
  const core = await import('../participant.js').then(({ record, remember }) => ({ mine: record, keep: remember }));
  outbox.know(server.activities());
  await outbox.send(URL_OF, ACTIVITY, { act: 'ballot', 'q.gusto': ['fico'] }, 'fragment', 'it');
  server.leaves.push('another ballot', 'the seal');
  const move = async (activities = [{ id: ACTIVITY, sealed: true }]) => {
    await seal(URL_OF, activities, core);
    return core.mine(URL_OF, ACTIVITY);
  };
  return { server, move };
};

test('the receipt keeps what it opens, under the sealed checkpoint', async () => {
  const { move } = await sealed();
  const before = await move([]);
  const after = await move();
  assert.deepEqual([before.sealed, after.sealed], [undefined, true]);
  const [was, is] = [parse(before.receipt), parse(after.receipt)];
  assert.deepEqual([was.checkpoint.size, is.checkpoint.size], [2, 4]);
  assert.deepEqual([is.index, is.key, is.opens], [was.index, was.key, was.opens]);
});

for (const [name, change] of [
  ['another leaf', (server) => (server.receipt = () => Server.prototype.receipt.call(server, 2, []))],
  ['another key', (server) => Object.assign(server, (({ key, id, signer }) => ({ key, id, signer }))(new Server()))],
  ['no receipt', (server) => (server.receipt = () => 'gone fishing')],
]) {
  test(`what is given is kept where the server brings ${name}`, async () => {
    const { server, move } = await sealed();
    const before = await move([]);
    change(server);
    assert.deepEqual(await move(), before);
  });
}
