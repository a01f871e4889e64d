// Opens three pages in Chromium under the same slow network and processor, in turns, and prints medians as JSON:
// the question in the page's own text, brought by the tag where WebAssembly is forbidden, and brought by the tag.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../e2e/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const [server, rounds] = [process.argv[2], Number(process.argv[3])];
const QUESTION = 'Which flavour should come back this summer?';
const filler = '<p>' + 'A page of a brand, with some text of its own. '.repeat(40) + '</p>';
const tag = `<fan-fare campaign="aurora" lang="en"></fan-fare><script async src="${server}/f.js"></script>`;
const pages = {
  text: [`<h2>${QUESTION}</h2><form><label><input type="radio"> Fig</label></form>`, `'self'`],
  tier2: [tag, server],
  preload: [tag, server, `<link rel="preload" as="fetch" crossorigin href="${server}/api/v1/campaigns/aurora?lang=en">`],
  tier3: [tag, `${server} 'wasm-unsafe-eval'`],
};

const host = createServer((request, response) => {
  const [body, scripts, head = ''] = pages[request.url.slice(1)] ?? [];
  if (!body) return response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `script-src ${scripts}`,
  });
  response.end(`<!doctype html><html lang="en"><title>Brand</title>${head}<h1>Brand</h1>${body}${filler}`);
});
await new Promise((listening) => host.listen(0, '127.0.0.1', listening));
const origin = `http://127.0.0.1:${host.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});

// Runs in the page: the first frame in which the question is laid out, and the one in which the widget is compiled.
function watch(question) {
  const seen = (window.seen = {});
  const look = () => {
    const root = document.querySelector('fan-fare')?.shadowRoot ?? document;
    const at = [...root.querySelectorAll('h2, legend')].find((e) => e.textContent.includes(question));
    if (!seen.visible && at?.getClientRects().length) seen.visible = performance.now();
    if (!seen.ready && document.querySelector('fan-fare[data-tier="3"]')) seen.ready = performance.now();
  };
  // At a change only: a look at every frame would take a good part of the slow processor that is measured.
  const changes = { childList: true, subtree: true, attributeFilter: ['data-tier'] };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document, changes);
}

// What the page before leaves the browser to clear away must not weigh on this one.
const settled = () => new Promise((done) => setTimeout(done, 500));

async function open(name) {
  await settled();
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1024 * 1024) / 8,
    uploadThroughput: (0.75 * 1024 * 1024) / 8,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  let began;
  const urls = new Map();
  const loads = [];
  devtools.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    began ??= timestamp;
    urls.set(requestId, request.url);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
    if (urls.get(requestId)?.startsWith(server)) loads.push({ at: (timestamp - began) * 1000, bytes: encodedDataLength });
  });
  await page.addInitScript(watch, QUESTION);
  await page.goto(`${origin}/${name}`, { waitUntil: 'commit' });
  const wanted = name === 'tier3' ? 'ready' : 'visible';
  await page.waitForFunction((what) => window.seen?.[what], wanted, { polling: 1000, timeout: 60_000 });
  const seen = await page.evaluate(() => window.seen);
  await context.close();
  const needed = loads.filter(({ at }) => at <= seen[wanted]);
  return { ...seen, bytes: needed.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const found = { text: [], tier2: [], preload: [], tier3: [] };
for (const name of Object.keys(found)) await open(name); // warms up the server's and the browser's caches of code
for (let round = 0; round < rounds; round++) {
  for (const name of Object.keys(found)) found[name].push(await open(name));
}
await browser.close();
host.close();

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (name, key) => median(found[name].map((one) => one[key]));
console.log(
  JSON.stringify({
    text: of('text', 'visible'),
    tier2: of('tier2', 'visible'),
    preload: of('preload', 'visible'),
    tier3: of('tier3', 'visible'),
    tier3_ready: of('tier3', 'ready'),
    bytes_tier2: of('tier2', 'bytes'),
    bytes_tier3: of('tier3', 'bytes'),
  }),
);
