// The console comes in pieces: the first page needs one, the others come behind it, and one that does not
// come is told of.
import { Console, ownerLink, say } from '../support/console';
import { expect, test } from '../support/test';

const later = /\/assets\/console-[a-z][a-z0-9-]*-[0-9a-f]{16}\.wasm$/;

test('the first page needs one piece, and the others are fetched behind it', async ({ page, serve }) => {
  const server = await serve();
  await new Console(page, server.url).join(ownerLink(server));
  // Of a new browser only the session is known.
  const tab = await page.context().newPage();
  const asked: string[] = [];
  tab.on('request', (request) => {
    if (later.test(request.url())) asked.push(request.url());
  });
  await tab.goto(`${server.url}/console`);
  await tab.getByRole('link', { name: 'Aurora' }).first().waitFor();
  expect(asked).toEqual([]);
  await expect.poll(() => new Set(asked).size).toBe(3);
});

test('a page whose piece does not come says so, and comes when asked again', async ({
  page,
  serve,
  silence,
}) => {
  silence.allow(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  await page.goto(`${server.url}/console`);
  await owner.heading('campaigns.title').waitFor();
  await page.route(later, (route) => route.abort());
  await page.route('**/api/v1/session', (route) => route.abort());
  await page.getByRole('link', { name: say('campaigns.new') }).click();
  const trouble = page.getByRole('main').getByRole('alert');
  await expect(trouble).toContainText(say('fault.network'));
  await page.unroute(later);
  await owner.button('fault.again').click();
  await owner.heading('campaigns.new').waitFor();
});

test('a page that only a newer console has is loaded with all of it', async ({
  page,
  serve,
  silence,
}) => {
  silence.allow(/404/, /HTTP status code is not ok/);
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  await page.goto(`${server.url}/console`);
  await owner.heading('campaigns.title').waitFor();
  await page.route(later, (route) => route.fulfill({ status: 404, body: '{}' }));
  await page.getByRole('link', { name: say('campaigns.new') }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText(say('renewed.text'));
  await page.unroute(later);
  await owner.button('renewed.load').click();
  await owner.heading('campaigns.new').waitFor();
});

test('the menu of a campaign has its document, from a list that knows none', async ({
  page,
  serve,
  silence,
}) => {
  // The draft's preview is a picture: its frame may run nothing.
  silence.allow(/Blocked script execution/);
  const server = await serve();
  await new Console(page, server.url).join(ownerLink(server));
  const link = page.locator('[href="/console/campaigns/aurora"]');
  const campaign = page.getByRole('listitem').filter({ has: link });
  await campaign.getByRole('button').click();
  const saved = page.waitForEvent('download');
  await campaign.getByRole('button', { name: say('export'), exact: true }).click();
  expect((await saved).suggestedFilename()).toBe('aurora.json');
  await campaign.getByRole('button').first().click();
  await campaign.getByRole('button', { name: say('campaign.duplicate') }).click();
  await page.waitForURL(/\/console\/drafts\/[0-9a-f]+$/);
  await page.getByRole('heading', { level: 1 }).waitFor();
});
