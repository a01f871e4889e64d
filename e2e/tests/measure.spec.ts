// What a visit comes to is counted once, whatever the widget runs on, and nothing where it is switched off.
import type { Page } from '@playwright/test';
import { apply, owner } from '../support/campaign';
import type { Server } from '../support/server';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

const REACH = /\/api\/v1\/campaigns\/[^/]+\/reach$/;

interface Report {
  lang?: string;
  source?: string;
  medium?: string;
  tag?: string;
  referrer?: string;
  events: { event: string; activity?: string; question?: string }[];
}

/** What the page tells, from now on. */
function told(page: Page): Report[] {
  const reports: Report[] = [];
  page.on('request', (request) => {
    if (REACH.test(request.url())) reports.push(JSON.parse(request.postData() ?? 'null') as Report);
  });
  return reports;
}

const events = (reports: Report[]) => reports.flatMap((report) => report.events.map(({ event }) => event)).sort();

/** What the team sees of today. */
async function counted(server: Server, campaign: string) {
  const url = `${server.url}/api/v1/campaigns/${campaign}/measure`;
  const reply = await fetch(url, { headers: { authorization: `Bearer ${owner(server)}` } });
  const { days, questions, money } = (await reply.json()) as {
    days: Record<string, number | string>[];
    questions: { question: string; reached: number }[];
    money: object[];
  };
  const { shown, started, finished, receipts, conversions, won } = days.at(-1)!;
  return { shown, started, finished, receipts, conversions, won, reached: questions[0].reached, money };
}

const nothing = { shown: 0, started: 0, finished: 0, receipts: 0, conversions: 0, won: 0, reached: 0, money: [] };

/** Waits until the page listens. */
async function listens(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByType('resource').some((r) => /\/measure-\w+\.js$/.test(r.name)));
}

/** A page that has the script, and no widget. */
const bare = (server: Server) =>
  `<!doctype html><title>A page</title><link rel="icon" href="data:,"><script src="${server.url}/f.js"></script>`;

/** As the brand's own script says it. */
const convert = (page: Page, what: object) =>
  page.evaluate((what) => (window as unknown as { fanfare: (...all: unknown[]) => void }).fanfare('convert', what), what);

for (const tier of ['2', '3'] as const) {
  test(`tier ${tier}: a visit is counted once in each of its steps`, async ({ page, scenes, host }) => {
    const campaign = `visit-${tier}`;
    const activity = await apply(scenes, { name: campaign, results: 'always' });
    const html = snippet(scenes.url, { campaign });
    const brand = await host(html, policy(scenes.url, tier === '3' ? "'wasm-unsafe-eval'" : ''));
    const reports = told(page);
    await page.goto(`${brand.url}?utm_source=newsletter&utm_medium=mail&utm_campaign=summer`);
    const widget = new Widget(page, campaign);
    await widget.tier(tier);
    await listens(page);
    await widget.answer('Fico');
    await widget.thanked();
    await widget.open('change');
    await widget.choose('Limone');
    await widget.button('change.send').click();
    await widget.thanked('done.change');
    const once = { ...nothing, shown: 1, started: 1, finished: 1, receipts: 1, reached: 1 };
    await expect.poll(() => counted(scenes, campaign)).toEqual(once);
    const blocked = tier === '2' ? ['blocked'] : [];
    expect(events(reports)).toEqual([...blocked, 'finished', 'reached', 'shown', 'started']);
    const { events: _, ...visit } = reports[0];
    expect(visit).toEqual({ lang: 'it', source: 'newsletter', medium: 'mail', tag: 'summer' });
    const reached = reports.flatMap((report) => report.events).find(({ event }) => event === 'reached');
    expect(reached).toEqual({ event: 'reached', activity, question: 'flavour' });
  });
}

test('an answer begun in the fragment and sent from the compiled widget is one', async ({ page, scenes, host }) => {
  await apply(scenes, { name: 'swapped', results: 'always' });
  const brand = await host(snippet(scenes.url, { campaign: 'swapped' }));
  const reports = told(page);
  let go = () => {};
  const held = new Promise<void>((done) => (go = done));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(brand.url);
  const widget = new Widget(page, 'swapped');
  await widget.tier('2');
  await listens(page);
  await widget.answer('Fico');
  await widget.thanked();
  go();
  // The fragment stays while the visitor is in it.
  await page.getByRole('heading', { name: "A brand's page" }).click();
  await widget.tier('3');
  await widget.counts('Fico', 1);
  if (!(await widget.option('Limone').isVisible())) await widget.open('change');
  await widget.choose('Limone');
  await widget.button('change.send').click();
  await widget.thanked('done.change');
  await expect.poll(() => events(reports)).toEqual(['finished', 'reached', 'shown', 'started']);
});

test('a widget below the fold is counted when it comes into view', async ({ page, scenes, host }) => {
  await apply(scenes, { name: 'below' });
  const more = '<div style="block-size:1000px"></div>';
  const brand = await host(snippet(scenes.url, { campaign: 'below', more }));
  await page.goto(brand.url);
  const widget = new Widget(page, 'below');
  await widget.tier('3');
  await listens(page);
  // It goes out five seconds later, and the widget was painted all the while.
  await convert(page, {});
  await expect.poll(() => counted(scenes, 'below')).toEqual({ ...nothing, conversions: 1 });
  await widget.element.scrollIntoViewIfNeeded();
  await expect.poll(() => counted(scenes, 'below')).toEqual({ ...nothing, conversions: 1, shown: 1 });
});

test('a visit that ends at once is told as it ends', async ({ page, scenes, host }) => {
  await apply(scenes, { name: 'short' });
  const brand = await host(snippet(scenes.url, { campaign: 'short' }));
  await page.goto(brand.url);
  const widget = new Widget(page, 'short');
  await widget.tier('3');
  await listens(page);
  await widget.choose('Fico');
  await page.goto('about:blank');
  await expect.poll(() => counted(scenes, 'short'), { timeout: 3000 }).toMatchObject({ started: 1, reached: 1, finished: 0 });
});

test('the hosted page is counted as any other', async ({ page, scenes }) => {
  await apply(scenes, { name: 'at-home' });
  const reports = told(page);
  await page.goto(`${scenes.url}/c/at-home?lang=it&utm_source=poster`);
  const widget = new Widget(page, 'at-home');
  await widget.tier('3');
  await listens(page);
  await widget.answer('Fico');
  await widget.thanked();
  await expect.poll(() => counted(scenes, 'at-home')).toMatchObject({ shown: 1, started: 1, finished: 1, reached: 1 });
  expect(reports[0]).toMatchObject({ lang: 'it', source: 'poster' });
});

test('a page that sends no referrer is counted, where its origin is listed', async ({ page, scenes, host }) => {
  const brand = await host(snippet(scenes.url, { campaign: 'discreet' }), { 'referrer-policy': 'no-referrer' });
  await apply(scenes, { name: 'discreet', origins: [new URL(brand.url).origin] });
  await page.goto(brand.url);
  await new Widget(page, 'discreet').tier('3');
  await expect.poll(() => counted(scenes, 'discreet')).toMatchObject({ shown: 1 });
});

test('a conversion is told by a page without a widget, before anything has loaded', async ({ page, scenes, host }) => {
  await apply(scenes, { name: 'sold' });
  const sold = `fanfare('convert', {value: 12.90, currency: 'EUR', campaign: 'sold'}); fanfare('dance'); fanfare();`;
  const brand = await host(`${bare(scenes)}<script>${sold}</script>`);
  const request = page.waitForRequest(REACH);
  await page.goto(brand.url);
  const report = await request;
  expect(report.url()).toBe(`${scenes.url}/api/v1/campaigns/sold/reach`);
  const event = { event: 'converted', value: 1290, currency: 'EUR', won: false };
  expect(JSON.parse(report.postData() ?? '')).toEqual({ events: [event] });
  expect(report.headers()['content-type']).toBe('text/plain;charset=UTF-8');
  const money = [{ currency: 'EUR', value: 1290, won: 0 }];
  await expect.poll(() => counted(scenes, 'sold')).toEqual({ ...nothing, conversions: 1, money });
  const api = await page.evaluate(() => {
    const { fanfare } = window as unknown as { fanfare: { version: number } };
    return [typeof fanfare, fanfare.version, Object.isFrozen(fanfare)];
  });
  expect(api).toEqual(['function', 1, true]);
});

test('a conversion is won by whoever took part on the page, of the campaign that stands there', async ({ page, scenes, host }) => {
  await apply(scenes, { name: 'won' });
  const brand = await host(snippet(scenes.url, { campaign: 'won' }));
  await page.goto(brand.url);
  const widget = new Widget(page, 'won');
  await widget.tier('3');
  await widget.answer('Fico');
  await widget.thanked();
  await convert(page, { value: 1200, currency: 'JPY' });
  const money = [{ currency: 'JPY', value: 1200, won: 1200 }];
  await expect.poll(() => counted(scenes, 'won')).toMatchObject({ conversions: 1, won: 1, money });
});

test('a conversion of no campaign is one warning to the page, and nothing else', async ({ page, scenes, host, silence }) => {
  silence.allow(/fanfare: no campaign/);
  const brand = await host(bare(scenes));
  await page.goto(brand.url);
  const warned = page.waitForEvent('console');
  await convert(page, { value: 1, currency: 'EUR' });
  expect((await warned).type()).toBe('warning');
});

for (const [where, off] of [
  ['the script', (html: string) => html.replace('<script async', '<script async data-count="off"')],
  ['the element', (html: string) => html.replace('<fan-fare', '<fan-fare count="off"')],
] as const) {
  test(`switched off on ${where}, nothing is fetched and nothing told`, async ({ page, scenes, host }) => {
    const campaign = `off-${where.slice(4)}`;
    await apply(scenes, { name: campaign });
    const asked: string[] = [];
    page.on('request', (request) => {
      if (REACH.test(request.url()) || request.url().includes('/measure')) asked.push(request.url());
    });
    const brand = await host(off(snippet(scenes.url, { campaign })), policy(scenes.url));
    await page.goto(brand.url);
    const widget = new Widget(page, campaign);
    await widget.tier('3');
    await widget.answer('Fico');
    await widget.thanked();
    await page.goto('about:blank');
    expect(asked).toEqual([]);
    expect(await counted(scenes, campaign)).toEqual({ ...nothing, receipts: 1 });
  });
}

test('where the file is blocked, the widget takes the answer as ever', async ({ page, scenes, host, silence }) => {
  // The browser itself says so.
  silence.allow(/net::ERR_FAILED/);
  await apply(scenes, { name: 'blocked' });
  await page.route('**/assets/measure-*', (route) => route.abort());
  const brand = await host(snippet(scenes.url, { campaign: 'blocked' }), policy(scenes.url));
  await page.goto(brand.url);
  const widget = new Widget(page, 'blocked');
  await widget.tier('3');
  await convert(page, {});
  await widget.answer('Fico');
  await widget.thanked();
  await widget.checked();
});
