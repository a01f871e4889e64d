// Opens the console in Chromium under a slow network and a slow processor, and prints medians as JSON: until the page to
// sign in can be typed into, and until the list of campaigns is there.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../e2e/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const [server, link, rounds] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});

// The owner, by the link that the first start printed; their cookie goes into every later round.
const first = await browser.newContext({ locale: 'en' });
const page = await first.newPage();
await page.goto(link);
await page.getByLabel('Your name').or(page.locator('[name=name]')).first().fill('Giulia Ferri');
await page.locator('[name=email]').fill('giulia@aurora.example');
await page.locator('[name=password]').fill('kite molten jar 7 lamps');
await page.keyboard.press('Enter');
await page.getByRole('navigation').first().waitFor();
const cookies = await first.cookies();
await first.close();

/** Opens the console once; `wanted` is what has to be in view. */
async function open(wanted, signedIn) {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 }, locale: 'en' });
  if (signedIn) await context.addCookies(cookies);
  const tab = await context.newPage();
  const devtools = await context.newCDPSession(tab);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 562.5,
    downloadThroughput: (1.44 * 1024 * 1024) / 8,
    uploadThroughput: (0.675 * 1024 * 1024) / 8,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const kinds = new Map();
  let bytes = 0;
  // What is fetched for later is not what this screen needs.
  devtools.on('Network.requestWillBeSent', ({ requestId, type, request }) =>
    kinds.set(requestId, type === 'Prefetch' || (!signedIn && /\.(js|wasm)$/.test(request.url))),
  );
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!kinds.get(requestId)) bytes += encodedDataLength;
  });
  const began = performance.now();
  await tab.goto(`${server}/console`, { waitUntil: 'commit' });
  await tab.locator(wanted).first().waitFor({ timeout: 60_000 });
  let took = performance.now() - began;
  if (!signedIn) {
    // It is there before it is seen: the style holds the first paint up.
    await tab.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    took = await tab.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  }
  await context.close();
  return { took, bytes };
}

const median = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
const seen = { sign_in: [], campaigns: [] };
const sizes = { sign_in: 0, campaigns: 0 };
for (let round = 0; round < rounds; round++) {
  for (const [name, wanted, signedIn] of [
    ['sign_in', 'input[name=email]', false],
    ['campaigns', 'a[href="/console/campaigns/aurora"]', true],
  ]) {
    const { took, bytes } = await open(wanted, signedIn);
    seen[name].push(took);
    sizes[name] = bytes;
  }
}
await browser.close();
console.log(
  JSON.stringify({
    sign_in: median(seen.sign_in),
    sign_in_bytes: sizes.sign_in,
    campaigns: median(seen.campaigns),
    campaigns_bytes: sizes.campaigns,
  }),
);
