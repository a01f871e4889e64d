// Signing in by the brand's directory, with a real browser's idea of what a site is: the directory is another one, so the
// session's cookie, which is strict, would not come along from there.
import { Console, giulia, ownerLink, say } from '../support/console';
import { startIssuer } from '../support/issuer';
import { free } from '../support/server';
import { expect, test } from '../support/test';

test('a member who comes back from the directory is signed in, where they wanted to go', async ({ page, serve }) => {
  const issuer = await startIssuer(giulia.email);
  const port = await free();
  const server = await serve({
    demo: false,
    port,
    args: ['--url', `http://localhost:${port}`],
    env: { FANFARE__OIDC__ISSUER: issuer.url, FANFARE__OIDC__CLIENT_ID: 'fanfare', FANFARE__OIDC__NAME: 'Aurora' },
  });
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
