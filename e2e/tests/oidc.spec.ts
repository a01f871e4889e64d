// Signing in by the brand's directory, with a real browser's idea of what a site is: the directory is another one, so the
// session's cookie, which is strict, would not come along from there.
import { Console, giulia, ownerLink, say } from '../support/console';
import { startIssuer } from '../support/issuer';
import { free, type Options, type Server } from '../support/server';
import { expect, test } from '../support/test';

/** A server whose members sign in by this issuer. */
async function known(serve: (options: Options) => Promise<Server>, issuer: string): Promise<Server> {
  const port = await free();
  return serve({
    demo: false,
    port,
    args: ['--url', `http://localhost:${port}`],
    env: { FANFARE__OIDC__ISSUER: issuer, FANFARE__OIDC__CLIENT_ID: 'fanfare', FANFARE__OIDC__NAME: 'Aurora' },
  });
}

test('a member who comes back from the directory is signed in, where they wanted to go', async ({ page, serve }) => {
  const issuer = await startIssuer(giulia.email);
  const server = await known(serve, issuer.url);
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.context().clearCookies();
  await page.goto(`${server.url}/console/account`);
  await page.getByRole('link', { name: say('signin.oidc', { name: 'Aurora' }) }).click();
  await expect(team.heading('account.title')).toBeVisible();
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name, sameSite }) => [name, sameSite])).toEqual([['fanfare', 'Strict']]);
  issuer.close();
});

test('a session that ends in the middle of something goes on by the directory, and what was typed stays', async ({
  page,
  serve,
  silence,
}) => {
  silence.allow(/401/);
  const issuer = await startIssuer(giulia.email);
  const server = await known(serve, issuer.url);
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await team.go('nav.account');
  await team.field('join.name').fill('Giulia Ferri Neri');
  await page.context().clearCookies();
  // What the page counts meanwhile may find it out first, and ask already.
  await team.button('save').first().dispatchEvent('click');
  const [beside] = await Promise.all([
    page.waitForEvent('popup'),
    team.dialog().getByRole('link', { name: say('signin.oidc', { name: 'Aurora' }) }).click(),
  ]);
  await expect(new Console(beside, server.url).heading('campaigns.title')).toBeVisible();
  await beside.close();
  // As when the visitor comes back to this tab: a browser without a screen tells nobody.
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(team.field('join.name')).toHaveValue('Giulia Ferri Neri');
  issuer.close();
});
