// The brand's team in its console: joining, signing in, inviting, parting, installing.
import { Console, digits, giulia, ownerLink, say } from '../support/console';
import { expect, test } from '../support/test';

test('the first owner joins by the printed link and finds the campaigns', async ({ page, serve }) => {
  const server = await serve();
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  expect(page.url(), 'the token stays out of the address').not.toContain('#');
  await page.getByRole('link', { name: 'The flavour of the summer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The flavour of the summer');
  await expect(page).toHaveTitle(/flavour/);
  await page.getByRole('link', { name: say('tab.install'), exact: true }).click();
  await expect(page).toHaveTitle(`${say('tab.install')} · The flavour of the summer · Fanfare`);
  await expect(page.locator('pre').first()).toContainText(`<fan-fare campaign="aurora">`);
  await expect(page.getByAltText(say('install.code.alt'))).toHaveJSProperty('complete', true);
});

test('who joins learns of everything at fault at once, and is led to the first', async ({ page, serve, silence }) => {
  silence.allow(/422/);
  const server = await serve({ demo: false });
  const team = new Console(page, server.url);
  await page.goto(ownerLink(server));
  await team.field('signin.email').fill('anna');
  await team.field('join.password').fill('short');
  await team.button('join.go').click();
  for (const fault of ['join.name.missing', 'signin.email.missing', 'password.short']) {
    await expect(page.getByText(say(fault))).toBeVisible();
  }
  await expect(team.field('join.name')).toBeFocused();
  await team.field('join.name').fill('Anna Riva');
  await team.field('signin.email').fill('anna@aurora');
  await team.field('join.password').fill('password12345');
  await team.button('join.go').click();
  await expect(page.getByText(say('rule.not-an-address')), 'what only the server finds likewise').toBeVisible();
  await expect(page.getByText(say('rule.too-easy'))).toBeVisible();
  await expect(team.field('signin.email')).toBeFocused();
});

test('a link that was used opens nothing', async ({ page, serve, silence }) => {
  silence.allow(/404/);
  const server = await serve({ demo: false });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.goto('about:blank');
  await page.goto(ownerLink(server));
  await expect(team.heading('join.gone')).toBeVisible();
});

test('a session that ends loses nothing that was typed', async ({ page, serve, silence, context }) => {
  silence.allow(/401/);
  const server = await serve({ demo: false });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await team.go('nav.account');
  await team.field('join.name').fill('Giulia F.');
  await context.clearCookies();
  // What the page counts meanwhile may find it out first, and ask already.
  await team.button('save').dispatchEvent('click');
  const dialog = team.dialog();
  await expect(team.field('signin.email', dialog)).toHaveValue(giulia.email);
  await page.keyboard.press('Escape');
  await expect(dialog, 'it must be answered').toBeVisible();
  await team.field('signin.password', dialog).fill(giulia.password);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(team.field('join.name')).toHaveValue('Giulia F.');
  await team.button('save').click();
  await expect(team.menu()).toContainText('Giulia F.');
});

test('somebody invited sees what their role allows, and is out when they are removed', async ({
  page,
  serve,
  silence,
  browser,
}) => {
  silence.allow(/401/);
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  await owner.go('nav.team');
  await owner.button('team.invite').click();
  await page.getByRole('radio', { name: say('role.editor') }).check();
  await owner.button('invite.go').click();
  await expect(page.locator('pre')).toBeFocused();
  const link = (await page.locator('pre').textContent()) ?? '';
  await owner.button('invite.close').click();
  await expect(owner.button('team.invite')).toBeFocused();

  const other = await browser.newContext();
  const editor = new Console(await other.newPage(), server.url);
  await editor.join(link, { name: 'Luca Bo', email: 'luca@aurora.example', password: 'another good phrase 9' });
  await expect(editor.menu().getByRole('link', { name: say('nav.team') })).toHaveCount(0);
  await editor.page.goto(`${server.url}/console/team`);
  await expect(editor.heading('forbidden.title')).toBeVisible();

  await page.reload();
  await page.getByRole('button', { name: say('team.part.of', { name: 'Luca Bo' }) }).click();
  await owner.button('team.part.go', owner.dialog()).click();
  await expect(owner.line('Luca Bo')).toHaveCount(0);
  await editor.go('nav.campaigns');
  await expect(editor.dialog()).toContainText(say('again.title'));
  await other.close();
});

test('an authenticator is asked for, and a recovery code stands in for it', async ({ page, serve, silence }) => {
  silence.allow(/401/);
  const server = await serve({ demo: false });
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await team.go('nav.account');
  await team.button('authenticator.go').click();
  const steps = page.locator('.steps');
  const secret = (await steps.locator('code').textContent()) ?? '';
  await team.field('authenticator.code').fill(digits(secret));
  await team.field('account.proof', steps).fill(giulia.password);
  await team.button('authenticator.confirm').click();
  const code = (await page.locator('.codes li').first().textContent()) ?? '';
  await team.button('codes.done').click();
  await team.button('sessions.end', team.line(say('sessions.this'))).click();
  await team.field('signin.email').fill(giulia.email);
  await team.field('signin.password').fill(giulia.password);
  await page.keyboard.press('Enter');
  await team.field('signin.code').fill(code);
  await page.keyboard.press('Enter');
  await expect(team.menu()).toBeVisible();
  await expect(page.getByText(say('authenticator.left.other', { n: '9' }))).toBeVisible();
});

test('the keyboard alone leads through the pages, and each takes the focus', async ({ page, serve }) => {
  const server = await serve();
  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.reload();
  await team.heading('campaigns.title').waitFor();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: say('skip') })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await team.menu().getByRole('link', { name: say('nav.audit') }).focus();
  await page.keyboard.press('Enter');
  await expect(team.heading('audit.title')).toBeFocused();
  await page.getByRole('row').nth(1).locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.hash').first()).toHaveText(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
});

test('a link for a new password works once', async ({ page, serve, silence, browser }) => {
  silence.allow(/401|404/);
  const server = await serve({ demo: false });
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  const anna = { ...giulia, name: 'Anna Riva', email: 'anna@aurora.example' };
  const home = await browser.newContext();
  const member = new Console(await home.newPage(), server.url);
  await owner.go('nav.team');
  await owner.button('team.invite').click();
  await page.getByRole('radio', { name: say('role.editor') }).check();
  await owner.button('invite.go').click();
  await member.join((await page.locator('pre').textContent()) ?? '', anna);

  await page.reload();
  await page.getByRole('button', { name: say('reset.make.of', { name: anna.name }) }).click();
  await owner.button('reset.make.go').click();
  await expect(owner.dialog().locator('pre')).toBeFocused();
  const link = (await owner.dialog().locator('pre').textContent()) ?? '';
  await owner.button('close', owner.dialog()).click();

  const away = await browser.newContext();
  const elsewhere = new Console(await away.newPage(), server.url);
  for (const then of ['campaigns.title', 'reset.gone']) {
    await elsewhere.page.goto('about:blank');
    await elsewhere.page.goto(link);
    await elsewhere.field('account.password.new').fill('another good phrase 9');
    await elsewhere.button('reset.go').click();
    await expect(elsewhere.heading(then)).toBeVisible();
  }
  await member.go('nav.account');
  await member.page.reload();
  await expect(member.field('signin.email'), 'all other sessions have ended').toBeVisible();
  await away.close();
  await home.close();
});

test('below 60rem the menu opens, and closes when it has led somewhere', async ({ page, serve }) => {
  const server = await serve({ demo: false });
  const team = new Console(page, server.url);
  await page.setViewportSize({ width: 360, height: 780 });
  await team.join(ownerLink(server));
  await expect(team.menu()).toBeHidden();
  await team.button('menu').click();
  await expect(team.menu()).toBeVisible();
  for (const from of ['the button', 'a link']) {
    if (from === 'a link') {
      await team.button('menu').click();
      await team.menu().getByRole('link', { name: say('nav.team') }).focus();
    }
    await page.keyboard.press('Escape');
    await expect(team.menu(), `closed from ${from}`).toBeHidden();
    await expect(team.button('menu')).toBeFocused();
  }
  await team.button('menu').click();
  await team.go('nav.team');
  await expect(team.heading('team.title')).toBeVisible();
  await expect(team.menu()).toBeHidden();
  const wider = () => document.documentElement.scrollWidth > innerWidth;
  expect(await page.evaluate(wider), 'nothing is wider than the screen').toBe(false);
});
