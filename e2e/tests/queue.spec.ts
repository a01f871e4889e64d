// What waits for a person: a visitor writes without a script, a moderator answers by keys, a viewer sees none of it.
import { Console, ownerLink, say } from '../support/console';
import { expect, test } from '../support/test';

test('a visitor writes, a moderator answers with the keyboard alone, and the visitor reads it', async ({
  page,
  serve,
  browser,
}) => {
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  await owner.go('nav.team');
  await owner.button('team.invite').click();
  await page.getByRole('radio', { name: say('role.moderator') }).check();
  await owner.button('invite.go').click();
  const link = (await page.locator('pre').textContent()) ?? '';
  const theirs = await browser.newContext();
  const moderator = new Console(await theirs.newPage(), server.url);
  await moderator.join(link, { name: 'Luca Bo', email: 'luca@aurora.example', password: 'another good phrase 9' });

  const phone = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const visitor = await phone.newPage();
  await visitor.goto(`${server.url}/c/aurora?lang=en`);
  await visitor.getByRole('link', { name: 'Write to us' }).click();
  await visitor.getByLabel('Your message').fill('Is the fig vegan?');
  await visitor.getByLabel('Your name').fill('Ada');
  await visitor.getByRole('button', { name: 'Send my message' }).click();
  await expect(visitor.getByText('Waits for an answer')).toBeVisible();
  const conversation = visitor.url();

  const desk = moderator.page;
  await moderator.menu().getByRole('link', { name: say('nav.queue') }).click();
  await expect(desk.getByRole('link', { name: 'Is the fig vegan?' })).toBeVisible();
  await desk.getByRole('heading', { level: 1 }).focus();
  await desk.keyboard.press('j');
  await expect(desk.getByRole('heading', { level: 2, name: 'Ada' })).toBeVisible();
  await desk.keyboard.press('a');
  await expect(moderator.field('queue.assignee')).toHaveValue(/.+/);
  await desk.keyboard.press('n');
  await expect(desk.locator('#write')).toBeFocused();
  await desk.keyboard.type('asked the kitchen');
  await desk.keyboard.press('Control+Enter');
  await expect(desk.getByText(say('queue.note.only'))).toBeVisible();
  // Out of the text, where a key is a letter; and what is written next is for the visitor.
  await desk.keyboard.press('Escape');
  await expect(desk.locator('#write')).not.toBeFocused();
  await desk.keyboard.press('r');
  await expect(desk.locator('#write')).toBeFocused();
  await desk.keyboard.type('Yes, entirely.');
  await desk.keyboard.press('Control+Enter');
  await expect(desk.locator('.about').getByText(say('queue.state.done'))).toBeVisible();
  await expect(desk.getByRole('heading', { level: 2, name: say('queue.none') })).toBeVisible();

  await visitor.goto(conversation);
  await expect(visitor.getByText('Yes, entirely.')).toBeVisible();
  await expect(visitor.getByText('asked the kitchen')).toHaveCount(0);
  await theirs.close();
  await phone.close();
});

test('somebody who asks is forgotten, and the conversation is gone', async ({ page, serve, silence, browser }) => {
  silence.allow(/404/);
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  const theirs = await browser.newContext();
  const visitor = await theirs.newPage();
  await visitor.goto(`${server.url}/c/aurora/contact?lang=en&kind=erasure`);
  await expect(visitor.getByRole('radio', { name: 'Please erase what I wrote to you' })).toBeChecked();
  await visitor.getByLabel('Your message').fill('Forget me');
  await visitor.getByLabel('Your e-mail address').fill('ada@example.org');
  await visitor.getByRole('button', { name: 'Send my message' }).click();
  await visitor.getByText('Thank you, it has arrived.').waitFor();

  await page.goto(`${server.url}/console/queue`);
  await page.getByRole('link', { name: 'Forget me' }).click();
  await owner.button('queue.forget.go').click();
  await expect(page.getByRole('heading', { level: 2, name: say('queue.none') })).toBeVisible();
  await expect(owner.heading('queue.title'), 'the button that was pressed is gone').toBeFocused();
  await visitor.reload();
  await expect(visitor.getByText('There is nothing at this address any more')).toBeVisible();

  await page.goto(`${server.url}/console/operate/mail`);
  await expect(owner.line('ada@example.org')).toContainText(say('mail.here'));
  await theirs.close();
});

test('what was written stays when a colleague was quicker', async ({ page, serve, silence, context, request }) => {
  silence.allow(/409/);
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  const sent = await request.post(`${server.url}/api/v1/campaigns/aurora/messages`, {
    headers: { 'idempotency-key': 'a-key-of-this-test-1' },
    data: { kind: 'message', text: 'Ciao' },
  });
  expect(sent.status()).toBe(201);
  await page.goto(`${server.url}/console/queue`);
  await page.getByRole('link', { name: 'Ciao' }).click();
  await page.locator('#write').fill('My long answer');
  const id = new URL(page.url()).searchParams.get('case') ?? '';
  const address = `${server.url}/api/v1/queue/${id}`;
  const { version } = await (await context.request.get(address)).json();
  const quicker = await context.request.patch(address, {
    headers: { 'sec-fetch-site': 'same-origin' },
    data: { version, note: 'I was here' },
  });
  expect(quicker.status()).toBe(200);
  await owner.button('queue.write.close').click();
  await expect(page.getByText('I was here')).toBeVisible();
  await expect(page.locator('#write')).toHaveValue('My long answer');
  await owner.button('queue.write.close').click();
  await expect(page.locator('.said.ours')).toContainText('My long answer');
});

test('on a phone the queue is worked on as well, and a viewer finds none of it', async ({ page, serve, request, browser }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const server = await serve();
  const owner = new Console(page, server.url);
  await owner.join(ownerLink(server));
  await request.post(`${server.url}/api/v1/campaigns/aurora/messages`, {
    headers: { 'idempotency-key': 'a-key-of-this-test-2' },
    data: { kind: 'access', text: 'What do you keep of me?' },
  });
  await page.goto(`${server.url}/console/queue`);
  await page.getByRole('link', { name: 'What do you keep of me?' }).click();
  await expect(page.getByRole('link', { name: 'What do you keep of me?' }), 'the list makes room').toBeHidden();
  await page.locator('#write').fill('Nothing but this.');
  await owner.button('queue.write.close').click();
  await page.getByRole('link', { name: say('queue.back') }).click();
  await expect(page.getByRole('heading', { level: 2, name: say('queue.none') })).toBeVisible();

  await page.goto(`${server.url}/console/team`);
  await owner.button('team.invite').click();
  await page.getByRole('radio', { name: say('role.viewer') }).check();
  await owner.button('invite.go').click();
  const link = (await page.locator('pre').textContent()) ?? '';
  const theirs = await browser.newContext();
  const viewer = new Console(await theirs.newPage(), server.url);
  await viewer.join(link, { name: 'Luca Bo', email: 'luca@aurora.example', password: 'another good phrase 9' });
  await expect(viewer.menu().getByRole('link', { name: say('nav.queue') })).toHaveCount(0);
  await viewer.page.goto(`${server.url}/console/queue`);
  await expect(viewer.heading('forbidden.title')).toBeVisible();
  await theirs.close();
});
