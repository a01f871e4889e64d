import { expect, test } from '../support/test';

test('the hosted page of the demo answers', async ({ page, demo }) => {
  const reply = await page.goto(`${demo.url}/c/aurora`);
  expect(reply?.status()).toBe(200);
});
