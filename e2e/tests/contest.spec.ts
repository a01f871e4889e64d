// A contest as an entrant meets it: with scripts and without, in good order and not.
import { faults } from '../support/axe';
import { both, put } from '../support/campaign';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';
import type { Server } from '../support/server';

const name = 'bici';

/** A bicycle and two mugs, drawn from the server's own beacon; open for a day. */
async function contest(server: Server): Promise<void> {
  await put(server, name, 'application/json', JSON.stringify({
    format: 1,
    campaign: name,
    brand: 'test',
    brand_name: 'Test',
    title: both('A bicycle for the summer', "Una bicicletta per l'estate"),
    languages: ['it', 'en'],
    time_zone: 'Europe/Rome',
    origins: ['*'],
    terms: both('One entry a person.', 'Una sola iscrizione a persona.'),
    activities: [{
      name,
      kind: 'contest',
      closes: 'P1D',
      contest: {
        beacon: 'demo',
        reserves: 2,
        tickets: 3,
        prizes: [
          { title: both('A bicycle', 'Una bicicletta'), value: '€ 899' },
          { count: 2, title: both('A mug', 'Una tazza') },
        ],
      },
      questions: [
        { id: 'mail', type: 'email', text: both('Your e-mail address', 'Il tuo indirizzo e-mail') },
        { id: 'born', type: 'birth', min_age: 18, text: both('When were you born?', 'Quando sei nato?') },
        { id: 'rules', type: 'consent', version: '1', text: both('I accept the rules', 'Accetto il regolamento') },
        { id: 'news', type: 'consent', version: '1', required: false, text: both('Send me news', 'Mandatemi novità') },
      ],
    }],
  }));
}

test('an entry from a brand page is checked, kept, and taken back', async ({ page, serve, host, silence }) => {
  // The browser itself says that an entry was refused.
  silence.allow(/422/);
  const server = await serve();
  await contest(server);
  const brand = await host(snippet(server.url, { campaign: name }), policy(server.url));
  await page.goto(brand.url);
  const widget = new Widget(page, name);
  const { element } = widget;
  await expect(element.getByText('Una bicicletta', { exact: true })).toBeVisible();
  await expect(element.getByText("Una dimostrazione, non un'estrazione vera.")).toBeVisible();
  const rules = element.getByRole('group', { name: 'Accetto il regolamento' }).getByRole('checkbox');
  await expect(rules).not.toBeChecked();

  await element.getByLabel('Il tuo indirizzo e-mail').fill('anna@example.org');
  await element.getByLabel('Quando sei nato?').fill('2015-04-30');
  await rules.check();
  await widget.button('contest.enter').click();
  await expect(element.getByText('Con questa risposta non puoi partecipare', { exact: false })).toBeVisible();
  await expect(element.getByLabel('Quando sei nato?')).toBeFocused();
  await expect(element.getByLabel('Il tuo indirizzo e-mail')).toHaveValue('anna@example.org');
  await expect(rules).toBeChecked();
  expect(await faults(page)).toEqual([]);

  await element.getByLabel('Quando sei nato?').fill('1990-04-30');
  await widget.button('contest.enter').click();
  await widget.thanked('done.entry');
  await widget.checked();
  await expect(element.getByText('Partecipi all\'estrazione con i biglietti da 1 a 3.')).toBeVisible();
  expect(await faults(page)).toEqual([]);

  // Another page, another day: the entry is still one's own.
  await page.reload();
  await expect(element.getByText('con i biglietti da 1 a 3')).toBeVisible();
  await widget.open('mine');
  await widget.open('withdraw');
  await widget.button('withdraw.confirm').click();
  await widget.thanked('done.withdraw');
});

test('the same address enters once, whatever the device', async ({ page, serve, host, browser }) => {
  const server = await serve();
  await contest(server);
  const brand = await host(snippet(server.url, { campaign: name }), policy(server.url));
  const enter = async (on: typeof page) => {
    await on.goto(brand.url);
    const widget = new Widget(on, name);
    await widget.element.getByLabel('Il tuo indirizzo e-mail').fill('bea@example.org');
    await widget.element.getByLabel('Quando sei nato?').fill('1990-04-30');
    await widget.element.getByRole('group', { name: 'Accetto il regolamento' }).getByRole('checkbox').check();
    await widget.button('contest.enter').click();
    return widget;
  };
  await (await enter(page)).thanked('done.entry');
  const other = await browser.newContext({ locale: 'it-IT' });
  const widget = await enter(await other.newPage());
  await expect(widget.element.getByText('Ogni indirizzo vale una volta', { exact: false })).toBeVisible();
  await other.close();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the hosted page takes an entry and tells its tickets', async ({ page, serve }) => {
    const server = await serve();
    await contest(server);
    await page.goto(`${server.url}/c/${name}?lang=en`);
    await page.getByLabel('Your e-mail address').fill('carla@example.org');
    await page.getByLabel('When were you born?').fill('1990-04-30');
    await page.getByRole('group', { name: 'I accept the rules' }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Enter the contest' }).click();
    await expect(page.getByText('You are in. Good luck!')).toBeVisible();
    await expect(page.getByText('You are in the draw with tickets 1 to 3.')).toBeVisible();
    await expect(page.getByText('The address of this page is yours alone', { exact: false })).toBeVisible();
  });
});
