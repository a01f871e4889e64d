import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

test('the hosted page of the demo answers', async ({ page, demo }) => {
  const reply = await page.goto(`${demo.url}/c/aurora`);
  expect(reply?.status()).toBe(200);
});

test('what was chosen before the script came stays chosen', async ({ page, demo }) => {
  let arrive = () => {};
  const arrived = new Promise<void>((done) => (arrive = done));
  await page.route('**/f.js', async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(`${demo.url}/c/aurora?lang=it`, { waitUntil: 'commit' });
  const widget = new Widget(page);
  await widget.option('Fico e ricotta').check();
  arrive();
  await widget.tier('2');
  await expect(widget.option('Fico e ricotta')).toBeChecked();
  await expect(widget.option('Fico e ricotta')).toBeFocused();
});
