// A marketer's road to a contest, and who won one.
import { faults } from '../support/axe';
import { Console, ownerLink, say } from '../support/console';
import { expect, test } from '../support/test';

test('a marketer makes a contest, sees it in the preview, and finds that nothing of it can change', async ({
  page,
  serve,
  silence,
}) => {
  // The runner looks into the preview, where no script may run; the winners are not there yet.
  silence.allow(/403/, /404/, /Blocked script execution/);
  const server = await serve({ demo: false });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.getByRole('link', { name: say('campaigns.new') }).first().click();
  await team.field('basics.brand').fill('Gelateria Aurora');
  await team.button('new.go').click();
  await page.locator('[id="/title/en"]').fill('A year of ice cream');
  await page.locator('#section-activities').click();
  await team.button('activities.add-contest').click();
  const prize = (n: number, part: string) => page.locator(`[id="/activities/1/contest/prizes/${n}/${part}"]`);
  await prize(0, 'title/en').fill('Ice cream for a year');
  await prize(0, 'value').fill('€ 1,095');
  await team.button('prizes.add').click();
  await prize(1, 'title/en').fill('An ice-cream cake');
  await prize(1, 'count').fill('3');
  await page.getByLabel(say('beacon'), { exact: true }).selectOption('demo');
  await page.getByLabel(say('staff'), { exact: true }).fill('@aurora.example');
  const preview = page.frameLocator('iframe:visible');
  await expect(preview.getByText('3 × An ice-cream cake')).toBeVisible();
  await expect(preview.getByText('A demonstration, not a real draw.')).toBeVisible();
  expect(await faults(page)).toEqual([]);

  await page.locator('#section-places').click();
  await page.getByLabel(say('places.anywhere'), { exact: true }).check();
  await team.button('publish').click();
  await team.button('publish.now', team.dialog()).click();
  await expect(page.locator('pre').first()).toContainText('campaign="a-year-of-ice-cream"');
  await page.getByRole('link', { name: say('tab.overview'), exact: true }).click();
  await expect(page.getByText(say('overview.entries.none'))).toBeVisible();
  await expect(page.getByRole('link', { name: say('draw.page') })).toHaveAttribute('href', /^\/d\/[a-z2-7]{26}$/);
  await team.button('winners.show').click();
  await expect(page.getByRole('status').getByText(/./).first()).toBeVisible();
  expect(await faults(page)).toEqual([]);

  await page.getByRole('link', { name: say('campaign.edit'), exact: true }).click();
  await page.locator('#section-activities').click();
  await page.locator('[id="/activities/1#open"]').click();
  await expect(page.getByText(say('fixed.contest'))).toBeVisible();
  await expect(prize(0, 'title/en')).toBeDisabled();
});

test('the team reads who won, with what they filled in', async ({ page, serve }) => {
  const server = await serve();
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.goto(`${server.url}/console/campaigns/archivio`);
  await expect(page.getByLabel(say('overview.figures'))).toContainText('40');
  await team.button('winners.show').click();
  const rows = page.getByRole('region', { name: say('winners') }).getByRole('row');
  await expect(rows).toHaveCount(10);
  await expect(rows.nth(1)).toContainText(/A bicycle|Una bicicletta/);
  await expect(rows.nth(1)).toContainText(/visitor-\d+@example.org/);
  expect(await faults(page)).toEqual([]);
  await team.go('nav.audit');
  await expect(page.locator('td, li').filter({ hasText: say('action.winners.read') }).first()).toBeVisible();
});
