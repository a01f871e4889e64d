// Whoever watches sees the bars move.
import { act, apply } from '../support/campaign';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

test('two browsers see each other vote in under a second', async ({ page, browser, serve, silence }) => {
  const server = await serve();
  const other = await browser.newContext();
  silence.listen(other);
  const here = new Widget(page);
  const there = new Widget(await other.newPage());
  await page.goto(server.brandUrl);
  await (there.page as typeof page).goto(server.brandUrl);
  await here.tier('3');
  await there.tier('3');
  await here.answer('Limone e basilico');
  await here.thanked();
  await there.open('results');
  await there.counts('Limone e basilico', 1);
  await here.counts('Fico e ricotta', 0);

  // The watching page notes when its own document shows the new count.
  const moved = here.result('Fico e ricotta').locator('strong + small').evaluate(
    (count) =>
      new Promise<number>((seen) => {
        const look = () => count.textContent === '1' && seen(Date.now());
        new MutationObserver(look).observe(count, { childList: true, characterData: true, subtree: true });
        look();
      }),
  );
  await there.choose('Fico e ricotta');
  const sent = Date.now();
  await there.button('send').click();
  const delay = (await moved) - sent;
  expect(delay).toBeLessThan(1000);
  await there.thanked();
  await there.counts('Limone e basilico', 1);
  await other.close();
});

test('a fragment without WebAssembly moves too', async ({ page, serve, host }) => {
  const server = await serve();
  const poll = await apply(server, { name: 'quiet', results: 'always' });
  const brand = await host(snippet(server.url, { campaign: 'quiet' }), policy(server.url, ''));
  await page.goto(brand.url);
  const widget = new Widget(page, 'quiet');
  await widget.answer('Fico');
  await widget.counts('Limone', 0);
  await act(server, poll, { act: 'ballot', answers: { flavour: 'lemon' } });
  await widget.counts('Limone', 1);
  await expect(widget.element.getByText(widget.text('answers.other', { n: '2' }))).toBeVisible();
});
