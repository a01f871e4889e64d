// The brand's page of the demonstration: another origin, one tag, nothing else.
import { page as snippet } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

test('the poll stands on the page of the brand, in the language of the page', async ({ page, demo }) => {
  await page.goto(demo.brandUrl);
  const widget = new Widget(page);
  await expect(widget.option('Fico e ricotta')).toBeVisible();
  await expect(widget.button('send')).toBeVisible();
  await page.getByRole('link', { name: 'English' }).click();
  await expect(new Widget(page, 'aurora', 'en').option('Fig and ricotta')).toBeVisible();
});

test('nobody but the brand and its server is called, and no cookie is set', async ({ page, context, demo }) => {
  const origins = new Set<string>();
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await page.goto(demo.brandUrl);
  const widget = new Widget(page);
  await widget.tier('3');
  await widget.answer('Fico e ricotta');
  await widget.checked();
  expect([...origins].sort()).toEqual([new URL(demo.brandUrl).origin, demo.url].sort());
  expect(await context.cookies()).toEqual([]);
});

test('two widgets on one page are answered apart from each other', async ({ page, demo }) => {
  await page.goto(demo.brandUrl);
  const first = new Widget(page);
  await first.answer('Limone e basilico');
  await first.checked();
  const second = new Widget(page, 'laboratorio');
  await second.element.scrollIntoViewIfNeeded();
  await second.choose('Dopo cena', 'Sempre', '5');
  await second.button('send.many').click();
  await second.checked();
  await expect(second.result('Dopo cena').locator('strong + small')).toBeVisible();
  await expect(first.receipt()).toBeVisible();
});

test('the compiled widget takes no more and no less room than the fragment', async ({ page, demo, host }) => {
  const room = async (tier: '2' | '3') => {
    const html = snippet(demo.url).replace('<fan-fare ', `<fan-fare tier="${tier}" `);
    await page.goto((await host(html)).url);
    const widget = new Widget(page);
    await widget.tier(tier);
    return widget.element.boundingBox();
  };
  expect(await room('3')).toEqual(await room('2'));
});
