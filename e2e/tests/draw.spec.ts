// The page of a draw and the page that checks it: before the round, as it comes out, and after.
import { readFile } from 'node:fs/promises';

import { faults } from '../support/axe';
import { both, put } from '../support/campaign';
import { expect, test } from '../support/test';

/** The demo's contest that was drawn from a real round, recorded. */
const RECORDED = 'archiv7io7archiv7io7archiv';

test('a drawn contest shows who was drawn, what that is worth, and files to keep', async ({ page, demo }) => {
  await page.goto(`${demo.url}/d/${RECORDED}?lang=en`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A recorded example');
  const slots = page.getByRole('list', { name: 'Who was drawn' }).getByRole('listitem');
  await expect(slots).toHaveCount(9);
  await expect(slots.first()).toContainText('A bicycle');
  await expect(page.getByText('If you did not have it: The organiser could have added entries')).toBeVisible();
  await page.getByText('Every number drawn').click();
  await page.getByText('What nobody can prove').click();
  expect(await faults(page)).toEqual([]);
  const kept = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Certificate' }).click();
  const certificate = JSON.parse(await readFile(await (await kept).path(), 'utf8'));
  expect(certificate.format).toBe('fanfare-certificate/v1');
});

test('whoever comes with a contest and an entry watches every step pass', async ({ page, demo }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${demo.url}/d/${RECORDED}?lang=en`);
  await page.getByRole('link', { name: 'Check it yourself' }).click();
  await expect(page.getByRole('heading', { name: 'It holds' })).toBeVisible();
  await expect(page.getByRole('status').getByText('The organiser could have added entries')).toBeVisible();
  await page.goto(`${demo.url}/verify?lang=en&contest=${RECORDED}&entry=7`);
  await expect(page.getByText('You are in the draw with ticket 7.', { exact: false })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: "Is the round's signature the beacon's?" })).toContainText('holds');
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Read the whole list and check that too' }).click();
  await expect(page.getByText('Is this the only seal', { exact: false })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'It holds' })).toBeVisible();
});

test('a changed certificate, a wrong code and a file that is none are refused in words', async ({ page, demo }) => {
  const answer = await page.request.get(`${demo.url}/api/v1/activities/${RECORDED}/draws/1/certificate`);
  const certificate = await answer.text();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const file = (text: string) => ({ name: 'certificate.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await page.goto(`${demo.url}/verify?lang=en`);
  const input = page.locator('input[type=file]');
  await input.setInputFiles(file('{"hello": "world"}'));
  await expect(page.getByRole('alert')).toContainText('None of these is a certificate');
  await input.setInputFiles(file(certificate));
  await expect(page.getByRole('heading', { name: 'It holds' })).toBeVisible();
  await page.getByLabel('Your seal code').fill('0000-0000-0000-0000');
  await expect(page.getByRole('heading', { name: 'It does not hold' })).toBeVisible();
  await page.getByLabel('Your seal code').fill('short');
  await expect(page.getByText('A seal code has 16 letters and digits.')).toBeVisible();
  await page.getByLabel('Your seal code').fill('');
  const changed = JSON.parse(certificate);
  changed.calls[0].ticket += 1;
  await input.setInputFiles(file(JSON.stringify(changed)));
  await expect(page.getByRole('heading', { name: 'It does not hold' })).toBeVisible();
  await expect(page.getByText('call 1: not the numbers of the seed')).toBeVisible();
  expect(await faults(page)).toEqual([]);
});

test('without JavaScript the page says how to check otherwise, and shows the draw all the same', async ({ browser, demo }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${demo.url}/d/${RECORDED}?lang=it`);
  await expect(page.getByText('Una bicicletta')).toBeVisible();
  await page.goto(`${demo.url}/verify?lang=it`);
  await expect(page.getByRole('link', { name: 'Come si controlla' })).toBeVisible();
  await context.close();
});

test('a contest runs from an entry to a draw that is watched and checked', async ({ page, serve }) => {
  // A demonstration is drawn a minute after its close, at the earliest.
  test.setTimeout(240_000);
  const server = await serve();
  await put(server, 'mug', 'application/json', JSON.stringify({
    format: 1,
    campaign: 'mug',
    brand: 'test',
    brand_name: 'Test',
    title: both('A mug', 'Una tazza'),
    languages: ['en'],
    time_zone: 'Europe/Rome',
    origins: ['*'],
    terms: both('One entry a person.', 'Una sola iscrizione a persona.'),
    activities: [{
      name: 'mug',
      kind: 'contest',
      closes: 'PT2M',
      contest: { beacon: 'demo', prizes: [{ title: both('A mug', 'Una tazza') }] },
      questions: [{ id: 'mail', type: 'email', text: both('Your e-mail address', 'Il tuo indirizzo e-mail') }],
    }],
  }));
  await page.goto(`${server.url}/c/mug?lang=en`);
  await page.getByRole('textbox', { name: 'Your e-mail address' }).fill('anna@example.org');
  await page.getByRole('button', { name: 'Enter the contest' }).click();
  await expect(page.getByText('You are in the draw with ticket 1.')).toBeVisible();
  const draw = page.getByRole('link', { name: 'The page of the draw' });
  await page.goto((await draw.getAttribute('href')) ?? '');
  await expect(page.locator('[data-ff-left]')).toHaveText(/^0?\d:\d\d$/);
  expect(await faults(page)).toEqual([]);
  await expect(page.locator('.ff-draw')).toHaveAttribute('data-stage', 'sealed', { timeout: 130_000 });
  await expect(page.getByRole('heading', { name: 'Seal code' })).toBeVisible();
  const slot = page.getByRole('list', { name: 'Who was drawn' }).getByRole('listitem');
  await expect(slot).toContainText('ticket 1', { timeout: 100_000 });
  await page.getByRole('link', { name: 'Check it yourself' }).click();
  await expect(page.getByRole('heading', { name: 'It holds' })).toBeVisible();
  await expect(page.getByText('A demonstration, not a real draw.')).toBeVisible();
});
