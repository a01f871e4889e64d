// An answer in one's own words, in every tier: taken, refused where it is too long, and never lost on the way.
import { act, activity, apply, ballots, questions } from '../support/campaign';
import type { Server } from '../support/server';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

const both = (en: string, it: string) => ({ en, it });
const why = { id: 'why', type: 'text', max: 50, required: false, text: both('Why that one?', 'Perché proprio quello?') };
const WORDS = 'Me lo faceva la nonna,\nal mare';
const LONG = 'x'.repeat(51);

/** Its id begins with a digit, as one in five does: in a selector that is no name, unless it is quoted. */
const asked = (server: Server) =>
  apply(server, { name: 'words', id: '7oe63chdqd5woelso7rff2cxt2', results: 'always', questions: [questions.single, why] });
const field = (widget: Widget) => widget.element.getByRole('textbox', { name: why.text.it });

for (const tier of ['2', '3'] as const) {
  const allowed = tier === '3' ? "'wasm-unsafe-eval'" : '';

  test(`tier ${tier}: words are counted down, refused where too long, and sent`, async ({ page, serve, host, silence }) => {
    silence.allow(/422/);
    const server = await serve({ demo: false });
    const poll = await asked(server);
    const brand = await host(snippet(server.url, { campaign: 'words' }), policy(server.url, allowed));
    await page.goto(brand.url);
    const widget = new Widget(page, 'words');
    await widget.tier(tier);
    await widget.ready();
    await widget.choose('Fico');
    await field(widget).fill('y'.repeat(45));
    await expect(widget.element.getByText(widget.text('text.left', { n: '5' }))).toBeVisible();
    await field(widget).fill(LONG);
    await expect(widget.element.getByText(widget.text('text.over', { n: '1' }))).toBeVisible();
    await widget.button('send.many').click();
    await expect(widget.element.getByText(widget.text('refused.too-long', { n: '50' }))).toBeVisible();
    await expect(field(widget)).toHaveValue(LONG);
    await expect(field(widget)).toBeFocused();

    await field(widget).fill(`  ${WORDS} \n`);
    await widget.button('send.many').click();
    await widget.thanked();
    await widget.checked();
    // What was written is shown to its writer, and counted for everybody else.
    const results = widget.element.locator('[data-ff-results="why"]');
    await expect(results).toContainText('1 risposta');
    await act(server, poll, { act: 'ballot', answers: { flavour: 'fig', why: 'Buono' } });
    await expect(results).toContainText('2 risposte');
    await widget.open('mine');
    await expect(widget.element.locator('.ff-mine dd').nth(1)).toHaveText(WORDS);
    await widget.open('change');
    expect((await field(widget).inputValue()).trim()).toBe(WORDS);

    // On the next page the answer stands, and the form has it, closed.
    if (tier === '2') return;
    await page.reload();
    await widget.tier(tier);
    await expect(results).toContainText('2 risposte');
    await expect(widget.element.locator('details.ff-change')).not.toHaveAttribute('open');
    await widget.open('change');
    expect((await field(widget).inputValue()).trim()).toBe(WORDS);
  });
}

test('words written offline are kept over a new page, and sent once', async ({ page, serve, host, silence }) => {
  silence.allow(/Failed to load resource/, /net::ERR_/);
  const server = await serve({ demo: false });
  const poll = await asked(server);
  const brand = await host(snippet(server.url, { campaign: 'words' }), policy(server.url, ''));
  const acts = '**/api/v1/activities/*/acts';
  await page.route(acts, (route) => route.abort());
  await page.goto(brand.url);
  const widget = new Widget(page, 'words');
  await widget.ready();
  await widget.choose('Fico');
  await field(widget).fill(WORDS);
  await widget.button('send.many').click();
  await widget.waits();
  await page.reload();
  await widget.waits();
  await expect(widget.element.locator('textarea')).toHaveValue(WORDS);
  expect(await ballots(server, poll)).toBe(0);
  await page.unroute(acts);
  await widget.retry();
  await widget.thanked();
  await widget.checked();
  expect(await ballots(server, poll)).toBe(1);
});

test('what was written before the script came stays written', async ({ page, serve }) => {
  const server = await serve({ demo: false });
  await asked(server);
  let arrive = () => {};
  const arrived = new Promise<void>((done) => (arrive = done));
  await page.route('**/f.js', async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(`${server.url}/c/words?lang=it`, { waitUntil: 'commit' });
  const widget = new Widget(page, 'words');
  await field(widget).fill(WORDS);
  arrive();
  await widget.tier('2');
  await expect(field(widget)).toHaveValue(WORDS);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('words are refused where too long, kept in the form, and taken', async ({ page, serve, silence }) => {
    silence.allow(/422/);
    const server = await serve({ demo: false });
    await asked(server);
    await page.goto(`${server.url}/c/words?lang=it`);
    const widget = new Widget(page, 'words');
    await widget.choose('Fico');
    await field(widget).fill(LONG);
    await widget.button('send.many').click();
    await expect(widget.element.getByText(widget.text('refused.too-long', { n: '50' }))).toBeVisible();
    await expect(field(widget)).toHaveValue(LONG);
    await field(widget).fill(WORDS);
    await widget.button('send.many').click();
    await widget.thanked();
    expect(await ballots(server, await activity(server, 'words'))).toBe(1);
    await widget.open('change');
    await expect(field(widget)).toHaveValue(WORDS);
  });
});
