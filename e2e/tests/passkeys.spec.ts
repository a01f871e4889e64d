// Passkeys in a real browser, with its virtual authenticator for the device: made on the account page, used on the page
// to sign in, removed again.
import type { Page } from '@playwright/test';
import { Console, giulia, ownerLink, say } from '../support/console';
import { free } from '../support/server';
import { expect, test } from '../support/test';

/** A device that keeps passkeys and knows who holds it. */
async function device(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      // Nobody has touched it yet: else it would answer before it is asked by the button.
      automaticPresenceSimulation: false,
    },
  });
  return {
    touched: (enabled: boolean) =>
      cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    keys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

test('a passkey is made, signs its owner in without a password, and is removed', async ({ page, serve, silence }) => {
  // What was refused at the end.
  silence.allow(/401/);
  const port = await free();
  const server = await serve({ demo: false, port, args: ['--url', `http://localhost:${port}`] });
  const phone = await device(page);
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await team.go('nav.account');
  await team.button('passkeys.new').click();
  await team.field('passkeys.label', team.dialog()).fill('Phone');
  await team.field('account.proof', team.dialog()).fill(giulia.password);
  await phone.touched(true);
  await team.button('passkeys.go', team.dialog()).click();
  await expect(team.line('Phone')).toBeVisible();
  const [made] = await phone.keys();
  expect(made).toMatchObject({ isResidentCredential: true, rpId: 'localhost' });
  await phone.touched(false);

  await page.context().clearCookies();
  await page.goto(`${server.url}/console/account`);
  const button = page.getByRole('button', { name: say('signin.passkey') });
  await expect(button).toBeVisible();
  await phone.touched(true);
  await button.click();
  await expect(team.heading('account.title'), 'where one wanted to go').toBeVisible();
  await expect(team.line('Phone')).not.toContainText(say('passkeys.facts.unused').split(',').pop()!);

  await page.getByRole('button', { name: say('passkeys.remove.of', { name: 'Phone' }) }).click();
  await team.field('account.proof', team.dialog()).fill(giulia.password);
  await team.button('passkeys.remove', team.dialog()).click();
  await expect(team.line('Phone')).toHaveCount(0);
  await phone.touched(false);
  await page.context().clearCookies();
  await page.goto(`${server.url}/console`);
  await phone.touched(true);
  await button.click();
  await expect(page.getByRole('alert')).toContainText(say('problem.passkey-refused'));
});

test('without scripts there is no button, and the form is as it was', async ({ browser, demo }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${demo.url}/console`);
  await expect(page.getByLabel(say('signin.password'))).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(1);
  await context.close();
});
