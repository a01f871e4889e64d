// Every page of the console, and every page of a visitor who writes to the team: axe finds nothing, nothing is wider than a
// phone, light and dark.
import type { Page } from '@playwright/test';
import { faults } from '../support/axe';
import { Console, ownerLink } from '../support/console';
import { expect, test } from '../support/test';

const STATES = [['light', 1280], ['dark', 360]] as const;

/** Looks at a page as it stands: light on a desktop, dark on a phone. */
async function look(page: Page, name: string, states: readonly (typeof STATES)[number][] = STATES): Promise<void> {
  for (const [colorScheme, width] of states) {
    // Without motion nothing has a way to go, so axe sees the colours that stay.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    expect(await faults(page), `${name}, ${colorScheme}, ${width} px`).toEqual([]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, `${name} at ${width} px is as wide as its window`).toBeLessThanOrEqual(0);
  }
}

const rooms = {
  campaigns: ['', '/new', '/campaigns/aurora', '/campaigns/aurora/install', '/campaigns/aurora/measure'],
  people: ['/team', '/audit', '/account', '/nothing-here'],
  work: ['/queue', '/queue/settings', '/operate', '/operate/mail'],
};

for (const [room, paths] of Object.entries(rooms)) {
  test(`${room}: every page of the console is in order for everybody`, async ({ page, serve, request }) => {
    test.slow();
    const server = await serve();
    const owner = new Console(page, server.url);
    await owner.join(ownerLink(server));
    const sent = await request.post(`${server.url}/api/v1/campaigns/aurora/messages`, {
      headers: { 'idempotency-key': 'a-key-of-this-test-3' },
      data: { kind: 'erasure', text: 'Forget me', name: 'Ada', email: 'ada@example.org' },
    });
    expect(sent.status()).toBe(201);
    for (const path of paths) {
      await page.goto(`${server.url}/console${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await look(page, path || 'campaigns');
    }
    if (room !== 'work') return;
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${server.url}/console/queue`);
    await page.getByRole('link', { name: 'Forget me' }).click();
    await page.locator('#write').waitFor();
    await look(page, 'a case');
  });
}

test('the builder is in order for everybody, its preview beside it or below', async ({ page, serve, silence }) => {
  test.slow();
  silence.allow(/Blocked script execution/);
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  await page.goto(`${server.url}/console/new`);
  await owner.button('new.go').click();
  await page.locator('[id="/title/en"]').waitFor();
  const sections = await page.locator('[id^="section-"]').all();
  for (const section of sections) {
    await section.click();
    await look(page, `builder, ${await section.getAttribute('id')}`, [STATES[0]]);
  }
  await look(page, 'builder');
});

test('the doors, and a visitor who writes, are in order for everybody', async ({ page, serve, silence }) => {
  test.slow();
  silence.allow(/404/);
  const server = await serve();
  for (const path of ['/console', '/console/lost', '/c/aurora/contact?lang=en', '/letters/none']) {
    await page.goto(server.url + path);
    await look(page, path);
  }
  await page.goto(`${server.url}/c/aurora/contact?lang=en`);
  await page.getByLabel('Your message').fill('Is the fig vegan?');
  await page.getByLabel('Your e-mail address').fill('ada@example.org');
  await page.getByRole('button', { name: 'Send my message' }).click();
  await page.getByText('Thank you, it has arrived.').waitFor();
  await look(page, 'a conversation');
});
