// One poll, however little the page or the browser allows.
import { activity, apply, ballots } from '../support/campaign';
import { page as snippet, policy, situation } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

test('with everything allowed, the compiled widget takes the answer', async ({ page, demo, host }) => {
  const brand = await host(snippet(demo.url), policy(demo.url));
  await page.goto(brand.url);
  const widget = new Widget(page);
  await widget.tier('3');
  await widget.answer('Fico e ricotta');
  await widget.thanked();
  await widget.checked();
});

test('where WebAssembly is forbidden, the fragment takes the answer and checks the receipt', async ({
  page,
  serve,
  host,
}) => {
  const server = await serve();
  await apply(server, { name: 'strict', results: 'always' });
  const brand = await host(snippet(server.url, { campaign: 'strict' }), policy(server.url, ''));
  const compiled: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('.wasm')) compiled.push(request.url());
  });
  await page.goto(brand.url);
  const widget = new Widget(page, 'strict');
  await widget.answer('Fico');
  await widget.thanked();
  await widget.checked();
  await widget.counts('Fico', 1);
  await widget.tier('2');
  expect(compiled).toEqual([]);
});

test('where markup from strings is forbidden, the hosted page stands in a frame', async ({ page, serve, host, silence }) => {
  // The browser itself says what the page forbade.
  silence.allow(/TrustedTypePolicy named 'fanfare'/, /requires 'TrustedHTML'/);
  const server = await serve();
  const brand = await host(situation('trusted-types-none', server.url));
  await page.goto(brand.url);
  await new Widget(page).tier('frame');
  const inside = new Widget(page.frameLocator('fan-fare iframe'));
  await inside.tier('3');
  await inside.answer('Fico e ricotta');
  await inside.thanked();
  expect(await ballots(server, await activity(server, 'aurora'))).toBe(1);
  // The frame is as high as what it holds: one scroll bar, the page's.
  const scrolls = await inside.element.evaluate(() => document.documentElement.scrollHeight > innerHeight + 1);
  expect(scrolls).toBe(false);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the hosted page takes an answer, a change and a withdrawal', async ({ page, serve }) => {
    const server = await serve();
    const poll = await activity(server, 'aurora');
    await page.goto(`${server.url}/c/aurora?lang=it`);
    const widget = new Widget(page);
    await widget.answer('Fico e ricotta');
    await widget.thanked();
    await widget.counts('Fico e ricotta', 1);
    await widget.open('change');
    await widget.choose('Limone e basilico');
    await widget.button('change.send').click();
    await widget.thanked('done.change');
    await widget.counts('Limone e basilico', 1);
    await widget.counts('Fico e ricotta', 0);
    expect(await ballots(server, poll)).toBe(1);
    await widget.open('mine');
    await widget.open('withdraw');
    await widget.button('withdraw.confirm').click();
    await widget.thanked('done.withdraw');
    expect(await ballots(server, poll)).toBe(0);
  });

  test('a form that is sent twice counts once', async ({ page, serve }) => {
    const server = await serve();
    await page.goto(`${server.url}/c/aurora?lang=it`);
    const widget = new Widget(page);
    await widget.choose('Fico e ricotta');
    await widget.button('send').dblclick();
    await widget.thanked();
    expect(await ballots(server, await activity(server, 'aurora'))).toBe(1);
  });

  test('a missing answer is told by its question, and what was given stays', async ({ page, demo, silence }) => {
    silence.allow(/status of 422/);
    await page.goto(`${demo.url}/c/laboratorio?lang=it`);
    const widget = new Widget(page, 'laboratorio');
    await widget.choose('4');
    await widget.button('send.many').click();
    await expect(widget.element.locator('.ff-error')).toBeVisible();
    await expect(widget.option('4')).toBeChecked();
  });

  test('the page of the brand holds the poll in a frame', async ({ page, serve }) => {
    const server = await serve();
    await page.goto(server.brandUrl);
    const inside = new Widget(page.frameLocator('iframe').first());
    await inside.answer('Cioccolato fondente e arancia');
    await inside.thanked();
    expect(await ballots(server, await activity(server, 'aurora'))).toBe(1);
  });
});
