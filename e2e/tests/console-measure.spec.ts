// The figures of a campaign: a visitor sees and answers, the team reads it, writes the cost down and takes it out.
import { Console, ownerLink, say } from '../support/console';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

test('an answer is counted from shown to receipt, and a cost gives a return', async ({ page, serve, context }) => {
  const server = await serve();
  const visitor = await context.newPage();
  await visitor.goto(`${server.url}/c/aurora?lang=it`);
  const widget = new Widget(visitor);
  await widget.tier('3');
  await widget.answer('Fico e ricotta');
  await widget.thanked();
  await visitor.close();
  // What only a brand's page can tell.
  const converted = { event: 'converted', value: 1250, currency: 'EUR', won: true };
  const report = { events: [{ event: 'shown' }, converted] };
  const told = await context.request.post(`${server.url}/api/v1/campaigns/aurora/reach`, {
    headers: { 'content-type': 'text/plain' },
    data: JSON.stringify(report),
  });
  expect(told.status()).toBe(204);

  const team = new Console(page, server.url);
  await team.join(ownerLink(server));
  await page.goto(`${server.url}/console/campaigns/aurora/measure?days=7`);
  const figure = (key: string) =>
    page.getByLabel(say('measure.figures')).locator('div').filter({ has: page.getByText(say(key), { exact: true }) }).locator('b');
  await expect(figure('measure.receipts')).toHaveText('1');
  await expect(figure('measure.conversions')).toHaveText('1');
  const chart = page.getByLabel(say('measure.day'));
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(chart).toHaveAttribute('aria-valuetext', /: 0 took part/);

  await team.field('cost.amount').fill('5,00');
  await team.button('cost.go').click();
  await expect(figure('measure.return')).toHaveText(/2\.50/);

  const export_ = page.getByRole('link', { name: say('export.as', { what: say('export.reach'), format: 'CSV' }) });
  const [file] = await Promise.all([page.waitForEvent('download'), export_.click()]);
  expect(file.suggestedFilename()).toBe('aurora-reach.csv');
});
