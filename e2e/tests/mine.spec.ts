// One's four rights over an answer: change it, take it back, take it along, be forgotten.
import { readFile } from 'node:fs/promises';
import { activity, ballots } from '../support/campaign';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

for (const tier of ['2', '3'] as const) {
  const allowed = tier === '3' ? "'wasm-unsafe-eval'" : '';

  test(`tier ${tier}: an answer is changed, taken along and taken back`, async ({ page, serve, host }) => {
    const server = await serve();
    const poll = await activity(server, 'aurora');
    const brand = await host(snippet(server.url), policy(server.url, allowed));
    await page.goto(brand.url);
    const widget = new Widget(page);
    await widget.tier(tier);
    await widget.answer('Fico e ricotta');
    await widget.checked();

    await widget.open('change');
    await widget.choose('Limone e basilico');
    await widget.button('change.send').click();
    await widget.thanked('done.change');
    await widget.checked();
    await widget.counts('Limone e basilico', 1);
    await widget.counts('Fico e ricotta', 0);
    expect(await ballots(server, poll)).toBe(1);

    await widget.open('mine');
    const [file] = await Promise.all([page.waitForEvent('download'), widget.button('export').click()]);
    const data = JSON.parse(await readFile(await file.path(), 'utf8')) as { acts: { state: string }[] };
    expect(data.acts.map((act) => act.state)).toEqual(['superseded', 'counted']);

    await widget.open('withdraw');
    await widget.button('withdraw.confirm').click();
    await widget.thanked('done.withdraw');
    expect(await ballots(server, poll)).toBe(0);
  });

  test(`tier ${tier}: an erased visitor leaves nothing behind in the browser`, async ({ page, serve, host }) => {
    const server = await serve();
    const brand = await host(snippet(server.url), policy(server.url, allowed));
    await page.goto(brand.url);
    const widget = new Widget(page);
    await widget.tier(tier);
    await widget.answer('Fico e ricotta');
    await widget.checked();
    expect(await page.evaluate(() => localStorage.length)).toBeGreaterThan(0);
    await widget.open('mine');
    await widget.open('erase');
    await widget.button('erase.confirm').click();
    await expect(widget.element.getByText(widget.text('erased'))).toBeVisible();
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    // The answer still counts: it names nobody now.
    expect(await ballots(server, await activity(server, 'aurora'))).toBe(1);
  });

  test(`tier ${tier}: a visitor who comes back sees the own answer`, async ({ page, serve, host }) => {
    const server = await serve();
    const brand = await host(snippet(server.url), policy(server.url, allowed));
    await page.goto(brand.url);
    const widget = new Widget(page);
    await widget.tier(tier);
    await widget.answer('Fico e ricotta');
    await widget.checked();
    await page.reload();
    await expect(widget.result('Fico e ricotta')).toContainText(widget.text('yours'));
    await widget.checked();
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the page of one\'s own answers shows, hands out and forgets them', async ({ page, serve }) => {
    const server = await serve();
    await page.goto(`${server.url}/c/aurora?lang=it`);
    const widget = new Widget(page);
    await widget.answer('Fico e ricotta');
    await widget.thanked();
    await page.getByRole('button', { name: widget.text('mine') }).click();
    await expect(page.getByText('Fico e ricotta')).toBeVisible();
    await expect(page.getByText(widget.text('counted'))).toBeVisible();
    const exported = page.getByRole('button', { name: widget.text('export') });
    const [file] = await Promise.all([page.waitForEvent('download'), exported.click()]);
    const data = JSON.parse(await readFile(await file.path(), 'utf8')) as { acts: object[] };
    expect(data.acts).toHaveLength(1);
    await page.locator('summary', { hasText: widget.text('erase') }).click();
    await page.getByRole('button', { name: widget.text('erase.confirm') }).click();
    await expect(page.getByText(widget.text('erased'))).toBeVisible();
  });
});
