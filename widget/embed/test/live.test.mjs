// One stream for a page and server, whatever its widgets want, and none while nobody looks.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { follow } from '../live.js';

const opened = [];
let changed = () => {};
globalThis.document = { hidden: false, addEventListener: (name, call) => (changed = call) };
globalThis.EventSource = class {
  constructor(url) {
    this.url = decodeURIComponent(url);
    this.readyState = 1;
    opened.push(this);
  }
  addEventListener(name, call) {
    this.say = (tally) => call({ data: JSON.stringify(tally) });
  }
  close() {
    this.readyState = 2;
  }
};
const turn = () => new Promise((done) => setTimeout(done, 5));
const open = () => opened.filter(({ readyState }) => readyState === 1);
const none = () => undefined;
let server = 0;
const fresh = () => `https://live-${(server += 1)}.example`;

beforeEach(() => opened.forEach((source) => source.close()));

test('all widgets of a page share one stream, and each gets its own activities', async () => {
  const url = fresh();
  const [one, two] = [[], []];
  const first = follow(url, ['a'], none, (tally) => one.push(tally.seq));
  const second = follow(url, ['b', 'a'], none, (tally) => two.push(tally.seq));
  await turn();
  assert.deepEqual(open().map((source) => source.url), [`${url}/api/v1/live?activities=a,b`]);
  open()[0].say({ activity: 'a', seq: 1 });
  open()[0].say({ activity: 'b', seq: 2 });
  assert.deepEqual([one, two], [[1], [1, 2]]);
  first.stop();
  second.stop();
  await turn();
  assert.deepEqual(open(), []);
});

test('who comes later gets the last tally at once, and no new stream where nothing new is wanted', async () => {
  const url = fresh();
  const first = follow(url, ['a'], none, () => {});
  await turn();
  open()[0].say({ activity: 'a', seq: 7 });
  const got = [];
  const second = follow(url, ['a'], none, (tally) => got.push(tally.seq));
  await turn();
  assert.deepEqual(got, [7]);
  assert.equal(open().length, 1);
  first.stop();
  await turn();
  assert.equal(open().length, 1);
  second.stop();
});

test('a hidden page holds no stream, a page that is seen again does', async () => {
  const url = fresh();
  const one = follow(url, ['a'], none, () => {});
  await turn();
  document.hidden = true;
  changed();
  await turn();
  assert.deepEqual(open(), []);
  document.hidden = false;
  changed();
  await turn();
  assert.equal(open().length, 1);
  one.stop();
});

test('a vote opens the results that are shown after voting', async () => {
  const url = fresh();
  let token;
  const one = follow(url, ['a'], () => token, () => {});
  await turn();
  token = 't0k';
  one.refresh();
  await turn();
  assert.deepEqual(open().map((source) => source.url), [`${url}/api/v1/live?activities=a~t0k`]);
  one.stop();
});
