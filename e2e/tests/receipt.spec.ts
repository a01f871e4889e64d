// What a visitor holds afterwards, and what it is worth without the server's word.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { act, activity, apply } from '../support/campaign';
import { binary } from '../support/server';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

/** Runs `fanfare verify`: its exit code and what it says. */
function verify(what: string): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(binary(), ['verify', what], (error, stdout, stderr) => {
      const code = error ? Number(error.code) : 0;
      done({ code, said: stdout + stderr });
    });
  });
}

async function answered(page: Page, url: string): Promise<Widget> {
  await page.goto(url);
  const widget = new Widget(page);
  await widget.tier('3');
  await widget.answer('Fico e ricotta');
  await widget.checked();
  return widget;
}

/** Downloads the receipt from the widget; the file's path. */
async function download(page: Page, widget: Widget): Promise<string> {
  await widget.receipt().locator('summary').click();
  const [file] = await Promise.all([page.waitForEvent('download'), widget.button('receipt.download').click()]);
  const path = join(await mkdtemp(join(tmpdir(), 'receipt-')), file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

test('the page checks the receipt step by step and says what it checked', async ({ page, serve }) => {
  const server = await serve();
  const widget = await answered(page, server.brandUrl);
  await widget.receipt().locator('summary').click();
  for (const step of ['signature', 'inclusion', 'leaf', 'rules']) {
    await expect(widget.receipt().getByText(widget.text(`check.${step}`))).toBeVisible();
  }
});

test('a browser without Ed25519 checks the receipt all the same', async ({ page, serve }) => {
  await page.addInitScript(() => {
    const { importKey } = crypto.subtle;
    crypto.subtle.importKey = function without(...given: unknown[]) {
      if (given[2] === 'Ed25519') return Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'));
      return (importKey as (...given: unknown[]) => Promise<CryptoKey>).apply(this, given);
    };
  });
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  const server = await serve();
  await answered(page, server.brandUrl);
  expect(fetched.filter((url) => /\/ed25519-\w+\.js$/.test(url))).toHaveLength(1);
});

test('after the close a visitor who comes back holds a receipt under the seal', async ({ page, serve }) => {
  const server = await serve();
  const poll = { name: 'short', results: 'always' as const };
  const id = await apply(server, poll);
  const address = `${server.url}/c/short?lang=it`;
  // Who comes back has no copy of the page from before the close: a route of ours keeps the browser from caching.
  await page.route('**/api/v1/campaigns/**', (route) => route.continue());
  await page.goto(address);
  const widget = new Widget(page, 'short');
  await widget.tier('3');
  await widget.answer('Fico');
  await widget.checked();
  // Others come after: the receipt that was given stands under a smaller tree than the sealed one.
  await act(server, id, { act: 'ballot', answers: { flavour: 'lemon' } });
  await apply(server, { ...poll, ended: true });
  await page.goto(address);
  await expect
    .poll(() => page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? '{}').sealed, `fanfare:${server.url}:act:${id}`))
    .toBe(true);
  await page.reload();
  const path = await download(page, widget);
  // Rules, two ballots, the seal.
  expect((await readFile(path, 'utf8')).split('\n\n')[1]).toMatch(/^\S+\n4\n/);
  const { code, said } = await verify(path);
  expect(code, said).toBe(0);
});

test('fanfare verify accepts the downloaded receipt, and refuses it changed in any line', async ({ page, serve }) => {
  const server = await serve();
  const path = await download(page, await answered(page, server.brandUrl));
  expect(await verify(path)).toMatchObject({ code: 0 });
  const lines = (await readFile(path, 'utf8')).split('\n');
  const refused: number[] = [];
  for (const [at, line] of lines.entries()) {
    if (line === '') continue;
    // Another letter or digit in the middle of the line.
    const middle = Math.floor(line.length / 2);
    const other = line[middle] === 'A' ? 'B' : line[middle] === '1' ? '2' : /\d/.test(line[middle]) ? '1' : 'A';
    const bad = [...lines];
    bad[at] = line.slice(0, middle) + other + line.slice(middle + 1);
    const mutated = `${path}.${at}`;
    await writeFile(mutated, bad.join('\n'));
    const { code, said } = await verify(mutated);
    expect(code, `line ${at + 1} changed to ${bad[at]}\n${said}`).not.toBe(0);
    refused.push(at);
  }
  expect(refused.length).toBeGreaterThan(5);
});

test('fanfare verify recounts a poll after its close, from its page', async ({ serve }) => {
  const server = await serve();
  const poll = { name: 'short', results: 'always' as const };
  const id = await apply(server, poll);
  // Ballots are opened where at least ten took part.
  for (let i = 0; i < 12; i += 1) {
    await act(server, id, { act: 'ballot', answers: { flavour: i % 3 === 0 ? 'fig' : 'lemon' } });
  }
  await apply(server, { ...poll, ended: true });
  const bundle = `${server.url}/log/a/${id}/bundle`;
  await expect.poll(async () => (await verify(bundle)).said).toContain('lemon');
  const { code, said } = await verify(bundle);
  expect(code, said).toBe(0);
  expect(said).toMatch(/fig\D+4\b/);
  expect(said).toMatch(/lemon\D+8\b/);
  expect((await verify(`${server.url}/c/short`)).code).toBe(0);
});

test('fanfare verify says what it could not fetch, and what it does not understand', async () => {
  expect((await verify('http://127.0.0.1:9/c/aurora')).code).toBe(3);
  expect((await verify('/nowhere/receipt.txt')).code).not.toBe(0);
});

test('a server that answers with another answer than was sent is found out', async ({ page, serve }) => {
  const server = await serve();
  // A receipt of somebody else, in place of one's own: in the log and signed, but not what was sent.
  const id = await activity(server, 'aurora');
  const other = await act(server, id, { act: 'ballot', answers: { gusto: 'limone' } });
  await page.route('**/api/v1/activities/*/acts', async (route) => {
    const real = await route.fetch();
    const reply = { ...((await real.json()) as object), receipt: other.receipt, index: other.index };
    await route.fulfill({ response: real, json: reply });
  });
  await page.goto(server.brandUrl);
  const widget = new Widget(page);
  await widget.tier('3');
  await widget.answer('Fico e ricotta');
  await expect(widget.receipt().locator('summary')).toHaveText(widget.text('receipt.failed'));
});
