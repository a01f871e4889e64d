// A keyboard alone is enough, and the focus is always where something happened.
import type { Page } from '@playwright/test';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

/** The text of what has the focus, through shadow roots. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return (active?.closest('label') ?? active)?.textContent?.trim() ?? '';
  });
}

for (const tier of ['2', '3'] as const) {
  test(`tier ${tier}: answered, changed and taken back by keys`, async ({ page, serve, host }) => {
    const server = await serve();
    const brand = await host(snippet(server.url), policy(server.url, tier === '3' ? "'wasm-unsafe-eval'" : ''));
    await page.goto(brand.url);
    const widget = new Widget(page);
    await widget.tier(tier);
    const { keyboard } = page;
    const to = async (wanted: string) => {
      for (let i = 0; i < 20 && !(await focused(page)).includes(wanted); i += 1) await keyboard.press('Tab');
      expect(await focused(page)).toContain(wanted);
    };
    await to('Pistacchio di Bronte');
    await keyboard.press('ArrowDown');
    await expect(widget.option('Fico e ricotta')).toBeChecked();
    await to(widget.text('send'));
    await keyboard.press('Enter');
    await widget.thanked();
    await expect.poll(() => focused(page)).toContain(widget.text('done.ballot'));
    await to(widget.text('change'));
    await keyboard.press('Enter');
    await to('Fico e ricotta');
    await keyboard.press('ArrowDown');
    await to(widget.text('change.send'));
    await keyboard.press('Enter');
    await expect.poll(() => focused(page)).toContain(widget.text('done.change'));
    await to(widget.text('mine'));
    await keyboard.press('Enter');
    await to(widget.text('withdraw'));
    await keyboard.press('Enter');
    await to(widget.text('withdraw.confirm'));
    await keyboard.press('Enter');
    await expect.poll(() => focused(page)).toContain(widget.text('done.withdraw'));
  });

  test(`tier ${tier}: what is missing gets the focus`, async ({ page, demo, host, silence }) => {
    silence.allow(/status of 422/);
    const brand = await host(
      snippet(demo.url, { campaign: 'laboratorio' }),
      policy(demo.url, tier === '3' ? "'wasm-unsafe-eval'" : ''),
    );
    await page.goto(brand.url);
    const widget = new Widget(page, 'laboratorio');
    await widget.tier(tier);
    await widget.button('send.many').click();
    await expect(widget.element.locator('.ff-error')).toBeVisible();
    await expect.poll(() => focused(page)).toContain('A merenda');
  });
}
