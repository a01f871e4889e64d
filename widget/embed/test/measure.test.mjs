// What a visit comes to is told once, in few words, and not at all where it is switched off.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, mock, test } from 'node:test';
import { Storage } from './server.mjs';

const SERVER = 'https://poll.example';
const REACH = `${SERVER}/api/v1/campaigns/aurora/reach`;
const loader = readFileSync(new URL('../f.js', import.meta.url), 'utf8');

const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const turn = () => new Promise((done) => setImmediate(done));

let posts; // what was sent: {url, body, options}
let hears; // listeners of window, document and shadow root by name
let warnings;
let visits = 0;

const listen = (name, call) => (hears[name] = [...(hears[name] || []), call]);
const say = (name, event) => (hears[name] || []).forEach((call) => call(event));
const bodies = () => posts.map(({ body }) => body);
const events = () => bodies().flatMap((body) => body.events);
/** Time passes in small steps, for one timer may set another. */
const pass = (ms) => {
  for (let left = ms; left > 0; left -= 100) mock.timers.tick(Math.min(left, 100));
};

/** A page as it was come to, and measure.js fresh in it. `tags` are the attributes of its elements. */
const visit = ({ search = '', referrer = '', tags = [] } = {}) => {
  const elements = tags.map((tag) => ({ getAttribute: (name) => tag[name] ?? null }));
  define('location', { search, host: 'www.brand.example' });
  define('document', { referrer, hidden: false, addEventListener: listen, querySelector: () => elements[0] ?? null });
  return import(`../measure.js?visit=${(visits += 1)}`);
};

/** A painted widget, and how the visitor moves it into view and answers in it. */
const painted = () => {
  const widget = {
    element: {},
    shadow: { addEventListener: listen },
    server: SERVER,
    boot: { campaign: 'aurora', lang: 'it' },
  };
  let observed;
  define('IntersectionObserver', class {
    constructor(call) {
      observed = call;
    }
    observe() {}
  });
  const view = (intersectionRatio, height = 0) => observed([{ intersectionRatio, intersectionRect: { height } }]);
  const section = { dataset: { ffActivity: 'act1' } };
  const form = { name: '', closest: (selector) => (selector === 'section' ? section : form) };
  const input = (name) => say('input', { target: { name, closest: () => form } });
  return { widget, view, input, submit: () => say('submit', { target: form }) };
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  [posts, hears, warnings] = [[], {}, []];
  define('navigator', { onLine: true });
  define('innerHeight', 800);
  define('localStorage', new Storage());
  define('addEventListener', listen);
  define('fetch', async (url, { body, ...options }) => posts.push({ url, body: JSON.parse(body), options }));
  console.warn = (text) => warnings.push(text);
});

test('a report says what happened, and where the visit came from', async () => {
  const search = '?utm_source=newsletter&utm_medium=mail&utm_campaign=summer&email=a@b.example';
  const { watch } = await visit({ search, referrer: 'https://news.example/story?id=7' });
  const { widget, view } = painted();
  watch(widget);
  view(0.6);
  pass(6000);
  const [{ url, body, options }] = posts;
  assert.equal(url, REACH);
  assert.deepEqual(body, {
    lang: 'it',
    source: 'newsletter',
    medium: 'mail',
    tag: 'summer',
    referrer: 'news.example',
    events: [{ event: 'shown' }],
  });
  assert.deepEqual([options.method, options.mode, options.credentials], ['POST', 'no-cors', 'omit']);
  assert.deepEqual([options.keepalive, options.headers], [true, undefined]);
});

test('what is not known is left out, and so is a page of the same site', async () => {
  const { watch } = await visit({ referrer: 'https://www.brand.example/', search: '?utm_source=' });
  const { widget, view } = painted();
  watch(widget);
  view(1);
  pass(6000);
  assert.deepEqual(bodies(), [{ lang: 'it', events: [{ event: 'shown' }] }]);
});

test('each is told once, however often it happens and the widget is painted', async () => {
  const { watch } = await visit();
  const { widget, view, input, submit } = painted();
  watch(widget);
  for (let round = 0; round < 3; round += 1) {
    view(1);
    pass(1500);
    input('q.gusto');
    input('q.gusto');
    input('q.voto');
    submit();
    view(0);
    watch(widget);
    pass(6000);
  }
  assert.deepEqual(events(), [
    { event: 'shown' },
    { event: 'started' },
    { event: 'reached', activity: 'act1', question: 'gusto' },
    { event: 'reached', activity: 'act1', question: 'voto' },
    { event: 'finished' },
  ]);
});

test('who answered before anybody listened has begun, too', async () => {
  const { watch } = await visit();
  const { widget, submit } = painted();
  watch(widget);
  submit();
  pass(5000);
  assert.deepEqual(events(), [{ event: 'started' }, { event: 'finished' }]);
});

test('a widget whose campaign changes is counted for each', async () => {
  const { watch } = await visit();
  const { widget, view } = painted();
  watch(widget);
  view(1);
  pass(1000);
  widget.boot = { campaign: 'inverno', lang: 'en' };
  watch(widget);
  pass(6000);
  assert.deepEqual(posts.map(({ url, body }) => [url.split('/').at(-2), body.lang, body.events.length]), [
    ['aurora', 'it', 1],
    ['inverno', 'en', 1],
  ]);
});

test('shown is half of it, or half the view, for a second, on a page that is looked at', async () => {
  const { watch } = await visit();
  const { widget, view } = painted();
  watch(widget);
  view(0.4, 300);
  pass(9000);
  view(0.5, 300);
  pass(900);
  view(0.3, 200);
  pass(9000);
  assert.deepEqual(posts, []);
  view(0.2, 500);
  pass(500);
  document.hidden = true;
  say('visibilitychange');
  pass(9000);
  assert.deepEqual(posts, []);
  document.hidden = false;
  say('visibilitychange');
  pass(6000);
  assert.deepEqual(events(), [{ event: 'shown' }]);
});

test('what the browser kept from the widget is told once, with what was seen', async () => {
  const { watch } = await visit();
  const { widget, view } = painted();
  define('localStorage', undefined);
  watch(widget);
  widget.blocked = 'wasm';
  view(1);
  pass(1500);
  watch(widget);
  pass(6000);
  const blocked = ['wasm', 'storage'].map((what) => ({ event: 'blocked', what }));
  assert.deepEqual(events(), [{ event: 'shown' }, ...blocked]);
});

test('what waits is told when the page is left, and not again', async () => {
  const { watch } = await visit();
  const { widget, input } = painted();
  watch(widget);
  input('q.gusto');
  say('pagehide');
  assert.equal(events().length, 2);
  pass(9000);
  assert.equal(posts.length, 1);
});

test('offline nothing is sent, and nothing lost', async () => {
  const { watch } = await visit();
  const { widget, input } = painted();
  watch(widget);
  navigator.onLine = false;
  input('q.gusto');
  pass(9000);
  assert.deepEqual(posts, []);
  navigator.onLine = true;
  say('pagehide');
  assert.equal(events().length, 2);
});

for (const [value, currency, units] of [
  [12.9, 'EUR', 1290],
  ['12.90', 'EUR', 1290],
  [4.35, 'USD', 435],
  [1200, 'JPY', 1200],
  [1.234, 'KWD', 1234],
  [0, 'EUR', 0],
]) {
  test(`${value} ${currency} are ${units} of its smallest unit`, async () => {
    const { convert } = await visit();
    convert(SERVER, { value, currency, campaign: 'aurora' });
    pass(5000);
    assert.deepEqual(events(), [{ event: 'converted', value: units, currency, won: false }]);
  });
}

for (const [value, currency] of [[12.9], [undefined, 'EUR'], [12.9, 'EURO'], [-5, 'EUR'], ['12,90', 'EUR'], [1e300, 'EUR'], [1n, 'EUR']]) {
  test(`${value} ${currency} is a conversion without a value`, async () => {
    const { convert } = await visit();
    convert(SERVER, { value, currency, campaign: 'aurora' });
    pass(5000);
    assert.deepEqual(events(), [{ event: 'converted', won: false }]);
  });
}

test('a conversion is won by whoever took part, as far as storage says', async () => {
  const { convert } = await visit();
  localStorage.setItem(`fanfare:${SERVER}:participant`, 'secret');
  convert(SERVER, { campaign: 'aurora' });
  define('localStorage', undefined);
  convert(SERVER, { campaign: 'aurora' });
  pass(5000);
  assert.deepEqual(events(), [{ event: 'converted', won: true }, { event: 'converted' }]);
});

test('a conversion is of the first tag on the page, and of its server', async () => {
  const { convert } = await visit({ tags: [{ campaign: 'aurora', server: SERVER }, { campaign: 'inverno' }] });
  convert('https://other.example');
  pass(5000);
  assert.deepEqual(posts.map(({ url }) => url), [REACH]);
});

test('a conversion of no campaign is nothing but one warning', async () => {
  const { convert } = await visit();
  convert(SERVER, { value: 1, currency: 'EUR' });
  convert(SERVER);
  pass(9000);
  assert.deepEqual([posts, warnings.length], [[], 1]);
});

/** The loader, run as the script of a page that has no widget. */
const run = (dataset, imports) => {
  define('HTMLElement', class {});
  define('customElements', { get: () => undefined, define: () => {} });
  define('document', { currentScript: { src: `${SERVER}/f.js`, dataset } });
  globalThis.window = globalThis;
  new Function('fetched', loader.replaceAll('import(', 'fetched('))(imports);
  return globalThis.fanfare;
};

test('the loader hands the words of the page over, and ignores what is not known', async () => {
  const said = [];
  const asked = [];
  const fanfare = run({}, async (url) => {
    asked.push(new URL(url).pathname);
    return { convert: (...all) => said.push(all) };
  });
  assert.equal(fanfare('convert', { value: 1 }), undefined);
  fanfare('dance');
  fanfare();
  await turn();
  assert.deepEqual(said, [[SERVER, { value: 1 }]]);
  assert.equal(asked[0], '/assets/measure.js');
  assert.deepEqual([fanfare.version, Object.isFrozen(fanfare)], [1, true]);
});

test('where the file cannot be had, nothing is said', async () => {
  const fanfare = run({}, () => Promise.reject(new TypeError('blocked')));
  fanfare('convert', { value: 1 });
  await turn();
});

test('switched off on the script, the file is not even fetched', async () => {
  let asked = 0;
  const fanfare = run({ count: 'off' }, async () => (asked += 1));
  fanfare('convert', { value: 1 });
  await turn();
  assert.equal(asked, 0);
});
