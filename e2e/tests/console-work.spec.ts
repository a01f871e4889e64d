// A marketer and campaigns that run already: they are edited, ended before their time, and put on a page.
import { apply } from '../support/campaign';
import { Console, ownerLink, say } from '../support/console';
import { expect, test } from '../support/test';

test('who opens the editor and changes nothing leaves no draft behind', async ({ page, serve, silence }) => {
  // The runner looks into the preview, where no script may run.
  silence.allow(/Blocked script execution/);
  const server = await serve({ demo: false });
  await apply(server, { name: 'summer' });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.getByRole('link', { name: 'A test' }).click();
  await page.getByRole('link', { name: say('campaign.edit'), exact: true }).click();
  const preview = page.frameLocator('iframe:visible');
  await expect(preview.getByRole('radio').first()).toBeAttached();
  await expect(page.getByText(say('save.nothing'))).toBeVisible();
  await team.button('publish').click();
  await expect(team.dialog()).toContainText(say('publish.nothing'));
  await team.button('close', team.dialog()).click();
  await team.go('nav.campaigns');
  await expect(team.heading('campaigns.title')).toBeVisible();
  await expect(page.getByRole('heading', { name: say('drafts') })).toHaveCount(0);

  await page.goBack();
  const title = page.locator('[id="/title/en"]');
  await title.fill('A test of autumn');
  await expect(page).toHaveURL(/\/console\/drafts\/[0-9a-f]{32}$/);
  await expect(title, 'nothing was drawn anew').toBeFocused();
  await expect(preview.getByText('A test of autumn')).toBeVisible();
  await page.reload();
  await expect(title).toHaveValue('A test of autumn');
  await team.go('nav.campaigns');
  await expect(team.line('A test of autumn')).toBeVisible();
});

test('what was typed a moment before the editor is left is a draft', async ({ page, serve, silence }) => {
  silence.allow(/Blocked script execution/);
  const server = await serve({ demo: false });
  await apply(server, { name: 'summer' });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.goto(`${server.url}/console/campaigns/summer/edit`);
  await page.locator('[id="/title/en"]').fill('A test of autumn');
  await team.go('nav.campaigns');
  await expect(team.line('A test of autumn')).toBeVisible();
});

test('a poll is ended before its time from its own page, asked once', async ({ page, serve }) => {
  const server = await serve({ demo: false });
  await apply(server, { name: 'summer', closes: 'P7D' });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.goto(`${server.url}/console/campaigns/summer`);
  const figures = page.getByLabel(say('overview.figures'));
  await expect(figures).toContainText(say('state.open'));
  await team.button('end').click();
  await team.button('end.keep', team.dialog()).click();
  await expect(team.button('end')).toBeFocused();
  await team.button('end').click();
  await expect(team.dialog()).toContainText(say('end.text'));
  await team.button('end.go', team.dialog()).click();
  await expect(figures).toContainText(say('state.closed'));
  await expect(team.button('end')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 }), 'the button is gone').toBeFocused();
  await expect(page.locator('.above'), 'the head of the page knows it too').toContainText(say('state.closed'));
});

test('two versions of a draft are compared in words, and the focus stays where one decides', async ({
  page,
  serve,
  silence,
  context,
}) => {
  silence.allow(/409/, /Blocked script execution/);
  const server = await serve({ demo: false });
  await apply(server, { name: 'summer' });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.goto(`${server.url}/console/campaigns/summer/edit`);
  const title = page.locator('[id="/title/en"]');
  await title.fill('A test of autumn');
  await expect(page).toHaveURL(/\/console\/drafts\//);
  const address = page.url().replace('/console/', '/api/v1/');
  const draft = await (await context.request.get(address)).json();
  draft.document.activities[0].results = 'close';
  draft.document.activities[0].questions[0].options[1].text.it = 'Cedro';
  const quicker = await context.request.put(address, {
    headers: { 'sec-fetch-site': 'same-origin' },
    data: { version: draft.version, document: draft.document },
  });
  expect(quicker.status()).toBe(200);
  await title.fill('A test of winter');
  await team.button('overtaken.compare').click();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.filter({ hasText: 'Activity 1, Question 1, Option 2, Italiano' })).toContainText('LimoneCedro');
  await expect(rows.filter({ hasText: `Activity 1, ${say('seen')}` })).toContainText(say('seen.close'));
  await team.button('overtaken.mine').click();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('a text that is no address is told so, and nothing is said of a page', async ({ page, serve }) => {
  const server = await serve({ demo: false });
  await apply(server, { name: 'summer', origins: [] });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.goto(`${server.url}/console/campaigns/summer/install`);
  const hosted = page.locator('.note').getByRole('link', { name: say('campaign.open') });
  await expect(hosted).toHaveAttribute('href', `${server.url}/c/summer`);
  await team.field('check.page').fill('brand.example');
  await team.button('check.go').click();
  await expect(page.getByText(say('check.page.missing'))).toBeVisible();
  await expect(team.field('check.page')).toBeFocused();
  await expect(page.getByText(say('check.bad'))).toHaveCount(0);
});

test('the audit log is filtered by what somebody did, in words', async ({ page, serve }) => {
  const server = await serve({ demo: false });
  await apply(server, { name: 'summer' });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await team.go('nav.audit');
  await team.field('audit.action').selectOption({ label: say('action.campaign.applied') });
  await team.button('audit.filter').click();
  const rows = page.getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText(say('action.campaign.applied'));
});
