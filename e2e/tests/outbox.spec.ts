// An answer that cannot be sent at once is kept, and sent once.
import type { Page, Route } from '@playwright/test';
import { activity, apply, ballots } from '../support/campaign';
import type { Server } from '../support/server';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

const ACTS = '**/api/v1/activities/*/acts';
const CUT = [/Failed to load resource/, /net::ERR_/];

async function counted(server: Server): Promise<number> {
  return ballots(server, await activity(server, 'aurora'));
}

/** Cuts the way of answers only, as a bad network does. */
async function cut(page: Page, how: (route: Route) => Promise<void> = (route) => route.abort()) {
  await page.route(ACTS, how);
}

for (const tier of ['2', '3'] as const) {
  const allowed = tier === '3' ? "'wasm-unsafe-eval'" : '';

  test.describe(`tier ${tier}`, () => {
    test('an answer given offline is sent once when the network is back', async ({
      page,
      context,
      serve,
      host,
      silence,
    }) => {
      silence.allow(...CUT);
      const server = await serve();
      const brand = await host(snippet(server.url), policy(server.url, allowed));
      await page.goto(brand.url);
      const widget = new Widget(page);
      await widget.tier(tier);
      await widget.choose('Fico e ricotta');
      await widget.ready();
      await context.setOffline(true);
      await widget.button('send').click();
      await widget.waits();
      expect(await counted(server)).toBe(0);
      await context.setOffline(false);
      await widget.thanked();
      await widget.checked();
      expect(await counted(server)).toBe(1);
    });

    test('an answer outlives the page it was given on', async ({ page, serve, host, silence }) => {
      silence.allow(...CUT);
      const server = await serve();
      const brand = await host(snippet(server.url), policy(server.url, allowed));
      await page.goto(brand.url);
      const widget = new Widget(page);
      await widget.tier(tier);
      await cut(page);
      await widget.answer('Limone e basilico');
      await widget.waits();
      await page.reload();
      await widget.waits();
      await page.unroute(ACTS);
      await widget.retry();
      await widget.thanked();
      await widget.counts('Limone e basilico', 1);
      expect(await counted(server)).toBe(1);
    });

    test('an answer whose reply was lost counts once', async ({ page, serve, host, silence }) => {
      silence.allow(...CUT);
      const server = await serve();
      const brand = await host(snippet(server.url), policy(server.url, allowed));
      await page.goto(brand.url);
      const widget = new Widget(page);
      await widget.tier(tier);
      await cut(page, async (route) => {
        await route.fetch();
        await route.abort();
      });
      await widget.answer('Fico e ricotta');
      await widget.waits();
      expect(await counted(server)).toBe(1);
      await page.unroute(ACTS);
      await widget.retry();
      await widget.thanked();
      expect(await counted(server)).toBe(1);
    });

    test('a server in trouble is a wait, not a loss', async ({ page, serve, host, silence }) => {
      silence.allow(...CUT);
      const server = await serve();
      const brand = await host(snippet(server.url), policy(server.url, allowed));
      await page.goto(brand.url);
      const widget = new Widget(page);
      await widget.tier(tier);
      const headers = { 'access-control-allow-origin': '*' };
      await cut(page, (route) => route.fulfill({ status: 502, headers, body: '<h1>Bad gateway</h1>' }));
      await widget.answer('Fico e ricotta');
      await widget.waits();
      await page.unroute(ACTS);
      await widget.retry();
      await widget.thanked();
      expect(await counted(server)).toBe(1);
    });
  });
}

test('an answer given while the server restarts is sent when it is back', async ({ page, serve, host, silence }) => {
  silence.allow(...CUT);
  const server = await serve({ demo: false });
  const poll = await apply(server, { name: 'steady', results: 'always' });
  const brand = await host(snippet(server.url, { campaign: 'steady' }), policy(server.url));
  await page.goto(brand.url);
  const widget = new Widget(page, 'steady');
  await widget.tier('3');
  await server.kill();
  await widget.answer('Fico');
  await widget.waits();
  const again = await serve({ demo: false, data: server.data, port: server.port });
  await widget.retry();
  await widget.thanked();
  expect(await ballots(again, poll)).toBe(1);
});
