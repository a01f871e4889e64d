// A marketer's whole road: from the first link to a poll that runs on a brand's page of another origin; and a viewer, who
// may watch it and no more.
import { Console, ownerLink, say } from '../support/console';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

test('a marketer writes, previews and publishes a poll, and visitors answer it elsewhere', async ({
  page,
  serve,
  host,
  browser,
  silence,
}) => {
  // The runner looks into the preview, where no script may run.
  silence.allow(/403/, /Blocked script execution/);
  const server = await serve({ demo: false });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.getByRole('link', { name: say('campaigns.new') }).first().click();
  await team.field('basics.brand').fill('Gelateria Aurora');
  await team.button('new.go').click();

  const preview = page.frameLocator('iframe:visible');
  await expect(preview.getByRole('radio').first()).toBeAttached();
  await page.locator('[id="/title/en"]').fill('The flavour of tomorrow');
  await expect(preview.getByText('The flavour of tomorrow')).toBeVisible();

  // The page it is to stand on, on an origin of its own.
  const campaign = 'the-flavour-of-tomorrow';
  const brand = await host(snippet(server.url, { campaign, lang: 'en' }), policy(server.url));
  await page.locator('#section-places').click();
  await team.button('places.add').click();
  await page.getByLabel(say('places.n', { n: '1' })).fill(new URL(brand.url).origin);
  await page.keyboard.press('Tab');
  await team.button('publish').click();
  await team.button('publish.now', team.dialog()).click();
  await expect(page.locator('pre').first()).toContainText(`campaign="${campaign}"`);

  const visitor = await (await browser.newContext()).newPage();
  await visitor.goto(brand.url);
  const widget = new Widget(visitor, campaign, 'en');
  await widget.tier('3');
  await widget.choose('The first idea');
  await widget.button('send.many').click();
  await widget.thanked();

  await page.getByRole('link', { name: say('tab.overview'), exact: true }).click();
  await expect(page.getByLabel(say('overview.figures'))).toContainText('1');

  await team.go('nav.team');
  await team.button('team.invite').click();
  await page.getByRole('radio', { name: say('role.viewer') }).check();
  await team.button('invite.go').click();
  const link = (await page.locator('pre').textContent()) ?? '';
  const theirs = await browser.newContext();
  const viewer = new Console(await theirs.newPage(), server.url);
  await viewer.join(link, { name: 'Luca Bo', email: 'luca@aurora.example', password: 'another good phrase 9' });
  await expect(viewer.page.getByRole('link', { name: 'The flavour of tomorrow' })).toBeVisible();
  await expect(viewer.page.getByRole('link', { name: say('campaigns.new') })).toHaveCount(0);
  await viewer.page.goto(`${server.url}/console/campaigns/${campaign}`);
  await expect(viewer.page.getByLabel(say('overview.figures'))).toBeVisible();
  for (const act of ['campaign.edit', 'end', 'overview.none.link']) {
    await expect(viewer.page.getByText(say(act), { exact: true }), act).toHaveCount(0);
  }
  await viewer.page.goto(`${server.url}/console/campaigns/${campaign}/edit`);
  await expect(viewer.heading('forbidden.title')).toBeVisible();
  await viewer.page.goto(`${server.url}/console/new`);
  await expect(viewer.heading('forbidden.title')).toBeVisible();
  const refused = await theirs.request.put(`${server.url}/api/v1/campaigns/${campaign}/archived`, {
    headers: { 'sec-fetch-site': 'same-origin' },
    data: { archived: true },
  });
  expect(refused.status()).toBe(403);
  await theirs.close();
  await visitor.context().close();
});
