// `#fanfare-check` behind a page's address: what the page blocks is named, with the line to write.
import type { Locator, Page } from '@playwright/test';
import { faults } from '../support/axe';
import { apply } from '../support/campaign';
import { page as snippet, policy, situation } from '../support/snippet';
import { expect, test } from '../support/test';

/** The panel, once it has looked at everything. */
async function panel(page: Page, url: string): Promise<Locator> {
  await page.goto(`${url}#fanfare-check`);
  const panel = page.getByRole('dialog', { name: 'The widget on this page' });
  await expect(panel.getByRole('status')).not.toHaveText('Looking …', { timeout: 15_000 });
  return panel;
}

const verdict = (panel: Locator) => panel.getByRole('status');
const lines = (panel: Locator) => panel.locator('pre').allTextContents();

test('where everything works, it says so, and its widget is as ever', async ({ page, demo, host }) => {
  const brand = await host(snippet(demo.url), policy(demo.url));
  const shown = await panel(page, brand.url);
  await expect(verdict(shown)).toHaveText('Everything works: visitors can answer.');
  await expect(shown.getByRole('listitem')).toHaveCount(8);
  expect(await lines(shown)).toEqual([]);
  expect(await faults(page)).toEqual([]);
  await expect(shown).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(shown.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(shown.getByRole('button', { name: 'Copy all of it for a developer' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(shown).toHaveCount(0);
  await expect(page.locator('fan-fare')).toHaveAttribute('data-tier', '3');
});

test('nobody who does not ask fetches it', async ({ page, demo, host }) => {
  const brand = await host(snippet(demo.url), policy(demo.url));
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await page.goto(brand.url);
  await expect(page.locator('fan-fare')).toHaveAttribute('data-tier', '3');
  expect(fetched.filter((url) => url.includes('check'))).toEqual([]);
});

test('WebAssembly forbidden: visitors can answer, and the directive is written out as it should be', async ({
  page,
  demo,
  host,
}) => {
  await page.setViewportSize({ width: 360, height: 640 });
  const brand = await host(snippet(demo.url), policy(demo.url, "'nonce-abc'"));
  const shown = await panel(page, brand.url);
  await expect(verdict(shown)).toHaveText('Visitors can answer. Something can be better.');
  expect(await lines(shown)).toEqual([`script-src ${demo.url} 'nonce-…' 'wasm-unsafe-eval';`]);
  const box = (await shown.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(360);
  expect(box.y).toBeGreaterThanOrEqual(0);
});

test('the server out of reach by the policy', async ({ page, demo, host, silence }) => {
  silence.allow(/Content Security Policy|Refused to connect/);
  const brand = await host(snippet(demo.url), {
    'content-security-policy': `default-src 'self'; script-src ${demo.url} 'wasm-unsafe-eval'; connect-src 'self' https://stats.example`,
  });
  const shown = await panel(page, brand.url);
  await expect(verdict(shown)).toHaveText('Visitors cannot answer here yet.');
  expect(await lines(shown)).toEqual([`connect-src 'self' https://stats.example ${demo.url};`]);
});

test('Trusted Types without the widget’s own: in a frame, or not at all where that is forbidden', async ({
  page,
  demo,
  host,
  silence,
}) => {
  silence.allow(/TrustedTypePolicy named 'fanfare'/, /requires 'TrustedHTML'/, /frame-src|Framing/);
  const framed = await host(situation('trusted-types-none', demo.url));
  const shown = await panel(page, framed.url);
  await expect(verdict(shown)).toHaveText('Visitors can answer. Something can be better.');
  expect(await lines(shown)).toEqual(['trusted-types brand fanfare;']);
  const rules = "require-trusted-types-for 'script'; trusted-types 'none'; frame-src 'none'";
  const bare = await host(snippet(demo.url), { 'content-security-policy': rules });
  const stopped = await panel(page, bare.url);
  await expect(verdict(stopped)).toHaveText('Visitors cannot answer here yet.');
  expect(await lines(stopped)).toEqual(['trusted-types fanfare;']);
});

test('a page that the campaign does not list, a campaign that is not there, no place at all', async ({
  page,
  scenes,
  host,
  silence,
}) => {
  silence.allow(/status of 40[0-9]/);
  await apply(scenes, { name: 'elsewhere', origins: ['https://www.brand.example'] });
  const unlisted = await host(snippet(scenes.url, { campaign: 'elsewhere' }));
  const shown = await panel(page, unlisted.url);
  await expect(verdict(shown)).toHaveText('Visitors cannot answer here yet.');
  const origin = new URL(unlisted.url).origin;
  await expect(shown).toContainText(`In the console edit the campaign, and add ${origin} under “Pages”.`);
  const unknown = await host(snippet(scenes.url, { campaign: 'nowhere' }));
  await expect(await panel(page, unknown.url)).toContainText('The server has no campaign “nowhere”.');
  const script = `<!doctype html><title>A page</title><link rel="icon" href="data:,"><script src="${scenes.url}/f.js"></script>`;
  const bare = await host(script);
  expect(await lines(await panel(page, bare.url))).toEqual(['<fan-fare campaign="…"></fan-fare>']);
});

test.describe('a marketer in Italy', () => {
  test.use({ locale: 'it-IT' });

  test('reads it in Italian, and takes it along for a developer', async ({ page, demo, host, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const brand = await host(snippet(demo.url), policy(demo.url));
    await page.goto(`${brand.url}?fanfare-check`);
    const shown = page.getByRole('dialog', { name: 'Il widget in questa pagina' });
    await expect(verdict(shown)).toHaveText('Funziona tutto: i visitatori possono rispondere.', { timeout: 15_000 });
    await shown.getByRole('button', { name: 'Copia tutto per chi sviluppa' }).click();
    await expect(shown.getByRole('button', { name: 'Copiato' })).toBeVisible();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain(`${brand.url}?fanfare-check\n`);
    expect(text).toContain('✓ Il widget compilato è in funzione.');
  });
});
