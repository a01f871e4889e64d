// A widget is a guest on somebody else's page: it goes along with what the page does, and neither harms nor is harmed.
// Each page of hosts/ is one situation; its README says what must come out.
import type { Page } from '@playwright/test';
import { page as snippet, situation } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

const names = () => Object.getOwnPropertyNames(window).sort();

test('plain: nothing on the page changes but one global name', async ({ page, demo, host }) => {
  const empty = await host('<!doctype html><html lang="it"><title>Empty</title>');
  await page.goto(empty.url);
  const before = await page.evaluate(names);
  const brand = await host(situation('plain', demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page);
  await widget.tier('3');
  await widget.answer('Fico e ricotta');
  await widget.checked();
  const after = await page.evaluate(names);
  expect(after.filter((name) => !before.includes(name))).toEqual(['fanfare']);
  const tags = await page.evaluate(() => [...document.head.children, ...document.body.children].map((e) => e.tagName));
  expect(tags).toEqual(['META', 'META', 'TITLE', 'H1', 'FAN-FARE', 'SCRIPT']);
});

test('csp-no-wasm: the fragment, styled, counted', async ({ page, demo, host }) => {
  const brand = await host(situation('csp-no-wasm', demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page);
  await widget.answer('Fico e ricotta');
  await widget.checked();
  await widget.tier('2');
  const background = await widget.element.locator('.ff').evaluate((root) => getComputedStyle(root).backgroundColor);
  expect(background).not.toBe('rgba(0, 0, 0, 0)');
});

test('csp-nonce: what the loader imports inherits the nonce', async ({ page, demo, host }) => {
  const brand = await host(situation('csp-nonce', demo.url));
  await page.goto(brand.url);
  await new Widget(page).tier('3');
});

test('trusted-types: a page that allows our policy keeps the fragment', async ({ page, demo, host, silence }) => {
  // The loader asks whether compiled views could make markup here, and the browser says aloud that they cannot.
  silence.allow(/requires 'TrustedHTML'/);
  const brand = await host(situation('trusted-types', demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page);
  await widget.answer('Fico e ricotta');
  await widget.checked();
  await widget.tier('2');
});

test('storage-blocked: counted, and the page says how long a waiting answer is kept', async ({
  page,
  demo,
  host,
  silence,
}) => {
  silence.allow(/net::ERR_FAILED/);
  const brand = await host(situation('storage-blocked', demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page);
  await widget.tier('3');
  await page.route('**/acts', (route) => route.abort());
  await widget.answer('Fico e ricotta');
  await expect(widget.element.getByText(widget.text('waiting.note.memory'))).toBeVisible();
  await page.unroute('**/acts');
  await widget.retry();
  await widget.checked();
});

test('two-widgets: the tag twice, two languages, one stream', async ({ page, demo, host }) => {
  const streams: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/live')) streams.push(request.url());
  });
  const brand = await host(situation('two-widgets', demo.url));
  await page.goto(brand.url);
  const first = new Widget(page.locator('body > fan-fare').locator('..'), 'aurora', 'it');
  const second = new Widget(page.locator('#two'), 'aurora', 'en');
  await second.tier('3');
  await second.answer('Fig and ricotta');
  await second.checked();
  await expect(first.element.first()).toHaveAttribute('data-tier', '3');
  expect(streams).toHaveLength(1);
});

test('spa: made, moved, kept aside, put back, told another language', async ({ page, demo, host }) => {
  const brand = await host(situation('spa', demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page);
  const go = (id: string) => page.locator(`#${id}`).click();
  const loads: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/campaigns/')) loads.push(request.url());
  });
  await go('poll');
  await widget.tier('3');
  await widget.choose('Fico e ricotta');
  await go('move');
  await expect(page.locator('#aside fan-fare')).toBeVisible();
  await expect(widget.option('Fico e ricotta')).toBeChecked();
  expect(loads).toHaveLength(1);
  await go('home');
  await go('poll');
  await widget.tier('3');
  await go('english');
  const english = new Widget(page, 'aurora', 'en');
  await english.answer('Lemon and basil');
  await english.checked();
  await go('home');
  await expect(page.locator('fan-fare')).toHaveCount(0);
});

test('tag-manager: late, in the head, and again at every view', async ({ page, demo, host }) => {
  const brand = await host(situation('tag-manager', demo.url));
  await page.goto(brand.url);
  await page.locator('#again').click();
  const widget = new Widget(page.locator('#sondaggio'));
  await widget.answer('Fico e ricotta');
  await widget.checked();
  await expect(page.locator('fan-fare')).toHaveCount(1);
});

/** How the widget looks: what a page's style could have changed. */
async function looks(page: Page): Promise<object> {
  const widget = new Widget(page);
  await widget.tier('3');
  const look = (element: Element) => {
    const { color, backgroundColor, fontSize, fontStyle, letterSpacing, textTransform, textAlign, display } =
      getComputedStyle(element);
    return { color, backgroundColor, fontSize, fontStyle, letterSpacing, textTransform, textAlign, display };
  };
  const parts = ['.ff', 'legend', '.ff-opt', 'button'];
  return Promise.all(parts.map((part) => widget.element.locator(part).first().evaluate(look)));
}

test('hostile-css: the widget looks like itself, in the dark of its page', async ({ page, demo, host }) => {
  const brand = await host(situation('hostile-css', demo.url));
  await page.goto(brand.url);
  const hostile = await looks(page);
  await page.screenshot({ path: 'screenshots/guest-hostile-css.png', fullPage: true });
  const kind = await host(situation('plain', demo.url).replace('<head>', '<head><meta name="color-scheme" content="dark">'));
  await page.goto(kind.url);
  expect(hostile).toEqual(await looks(page));
});

test('rtl: the language of the browser, for the campaign has not that of the page, and its own way round', async ({ page, demo, host }) => {
  const brand = await host(situation('rtl', demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page, 'aurora', 'en');
  await widget.tier('3');
  await expect(widget.option('Fig and ricotta')).toBeVisible();
  const direction = await widget.element.locator('.ff').evaluate((root) => getComputedStyle(root).direction);
  expect(direction).toBe('ltr');
});

test('far: the loader alone, until the widget comes near', async ({ page, demo, host }) => {
  const fetched: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin === demo.url) fetched.push(url.pathname);
  });
  const brand = await host(situation('far', demo.url));
  await page.goto(brand.url);
  // Two frames and an idle moment after the loader ran: whatever it wanted, it has asked for.
  await page.evaluate(async () => {
    await customElements.whenDefined('fan-fare');
    await new Promise((later) => requestAnimationFrame(() => requestAnimationFrame(later)));
    await new Promise((later) => requestIdleCallback(later));
  });
  expect(fetched).toEqual(['/f.js']);
  await page.locator('fan-fare').scrollIntoViewIfNeeded();
  await expect(new Widget(page).option('Fico e ricotta')).toBeVisible();
  expect(fetched).toContain('/api/v1/campaigns/aurora');
});

test('a campaign that does not exist leaves the page as it was', async ({ page, demo, host, silence }) => {
  silence.allow(/status of 404/);
  const brand = await host(snippet(demo.url, { campaign: 'nowhere' }));
  await page.goto(brand.url);
  await expect(page.locator('fan-fare[campaign="nowhere"] a')).toBeVisible();
  await expect(page.getByRole('heading', { name: "A brand's page" })).toBeVisible();
});
