// What goes wrong is said in the visitor's language, with what to do; nothing is counted, and nothing typed is lost.
import { apply, ballots } from '../support/campaign';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

for (const tier of ['2', '3'] as const) {
  const allowed = tier === '3' ? "'wasm-unsafe-eval'" : '';

  test(`tier ${tier}: a poll that closed meanwhile`, async ({ page, scenes, host, silence }) => {
    silence.allow(/status of 409/, /ERR_FAILED/);
    // Nothing tells the page of the close before the answer is on its way.
    await page.route('**/api/v1/live?*', (route) => route.abort());
    const poll = { name: `over-${tier}`, results: 'always' as const };
    const id = await apply(scenes, poll);
    const brand = await host(snippet(scenes.url, { campaign: poll.name }), policy(scenes.url, allowed));
    await page.goto(brand.url);
    const widget = new Widget(page, poll.name);
    await widget.tier(tier);
    await widget.choose('Fico');
    await apply(scenes, { ...poll, ended: true });
    await widget.button('send').click();
    await expect(widget.element.getByText(widget.text('problem.closed'))).toBeVisible();
    expect(await ballots(scenes, id)).toBe(0);
  });

  for (const lang of ['it', 'en'] as const) {
    test(`tier ${tier}, ${lang}: a page that may not send answers`, async ({ page, scenes, host, silence }) => {
      silence.allow(/status of 403/);
      const poll = { name: `far-${tier}-${lang}`, origins: ['https://www.example.org'] };
      await apply(scenes, poll);
      const brand = await host(snippet(scenes.url, { campaign: poll.name, lang }), policy(scenes.url, allowed));
      await page.goto(brand.url);
      const widget = new Widget(page, poll.name, lang);
      await widget.tier(tier);
      const fig = lang === 'it' ? 'Fico' : 'Fig';
      await widget.answer(fig);
      await expect(widget.element.getByText(widget.text('problem.origin-not-allowed'))).toBeVisible();
      await expect(widget.option(fig)).toBeChecked();
      const there = widget.element.getByRole('link', { name: widget.text('elsewhere') });
      await expect(there, 'the page that may').toHaveAttribute('href', `${scenes.url}/c/${poll.name}?lang=${lang}`);
    });
  }
}

test('a server that says nothing sensible leaves the form and says what to do', async ({
  page,
  demo,
  host,
  silence,
}) => {
  silence.allow(/status of 422/);
  const brand = await host(snippet(demo.url), policy(demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page);
  await widget.tier('3');
  await page.route('**/api/v1/activities/*/acts', (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      headers: { 'access-control-allow-origin': '*' },
      body: JSON.stringify({ type: '/docs/errors#new', slug: 'new', title: 'New', status: 422, detail: 'New', errors: [] }),
    }),
  );
  await widget.answer('Fico e ricotta');
  await expect(widget.element.getByText(widget.text('problem.internal'))).toBeVisible();
  await expect(widget.option('Fico e ricotta')).toBeChecked();
});
