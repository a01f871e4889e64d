// Every state a visitor can meet: axe finds nothing, and pictures are taken for eyes, narrow to wide, light and dark.
import type { BrowserContext, Page } from '@playwright/test';
import { faults } from '../support/axe';
import { act, activity, apply, type Poll } from '../support/campaign';
import type { Server } from '../support/server';
import { page as snippet, policy } from '../support/snippet';
import { expect, test } from '../support/test';
import { Widget } from '../support/widget';

const ACTS = '**/api/v1/activities/*/acts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** What is looked at how: by axe where there are scripts, for eyes in a picture. */
interface Ways {
  axe?: boolean;
  pictures?: boolean;
}

/** Looks at a page in both colour schemes and at three widths. */
async function look(page: Page, name: string, { axe = true, pictures = true }: Ways = {}): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion nothing has a way to go: what changes is there at once, so axe sees the colours that stay.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if (axe) expect(await faults(page), `${name}, ${colorScheme}`).toEqual([]);
    for (const width of [360, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, `${name} at ${width} px is wider than its page`).toBeLessThanOrEqual(0);
      if (pictures) await page.screenshot({ path: `screenshots/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
}

/** A moment some days from now, on the minute. */
const soon = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16) + 'Z';

interface Scene {
  poll: Poll;
  /** Brings the widget, which asks, into the state. */
  reach: (widget: Widget, page: Page, context: BrowserContext, server: Server, id: string) => Promise<void>;
}

const options = (...texts: string[]) => texts.map((text, i) => ({ id: `o${i}`, text: { en: text, it: text } }));

const mixed = [
  {
    id: 'moments',
    type: 'multiple',
    max: 2,
    text: { en: 'When do you like ice cream?', it: 'Quando ti piace il gelato?' },
    options: options('A merenda', 'Dopo cena', 'A colazione'),
  },
  {
    id: 'visit',
    type: 'rating',
    max: 5,
    required: false,
    text: { en: 'How was your visit?', it: 'Com’è andata la visita?' },
    low: { en: 'Poor', it: 'Male' },
    high: { en: 'Excellent', it: 'Benissimo' },
  },
];

const crowd = async (server: Server, id: string) => {
  for (const flavour of ['fig', 'fig', 'lemon', 'fig', 'almond']) {
    await act(server, id, { act: 'ballot', answers: { flavour } });
  }
};

const answered: Scene['reach'] = async (widget) => {
  await widget.answer('Limone');
  await widget.checked();
  await widget.counts('Limone', 2);
};

const SCENES: Record<string, Scene> = {
  asks: { poll: { name: 'asks', results: 'close', closes: 'P10D' }, reach: async () => {} },
  chosen: {
    poll: { name: 'chosen', results: 'always', closes: 'P10D' },
    reach: async (widget) => {
      await widget.choose('Fico');
      await widget.open('results');
    },
  },
  several: {
    poll: { name: 'several', results: 'voted', questions: mixed },
    reach: (widget) => widget.choose('Dopo cena', '4'),
  },
  refused: {
    poll: { name: 'refused', results: 'always', questions: mixed },
    reach: async (widget) => {
      await widget.choose('A merenda', 'Dopo cena', 'A colazione');
      await widget.button('send.many').click();
      await expect(widget.element.locator('.ff-error')).toBeVisible();
    },
  },
  answered: { poll: { name: 'answered', results: 'always', closes: 'P10D' }, reach: answered },
  receipt: {
    poll: { name: 'receipt', results: 'always', closes: 'P10D' },
    reach: async (...all) => {
      await answered(...all);
      await all[0].receipt().locator('summary').click();
    },
  },
  change: {
    poll: { name: 'change', results: 'always', closes: 'P10D' },
    reach: async (...all) => {
      await answered(...all);
      await all[0].open('change');
    },
  },
  mine: {
    poll: { name: 'mine', results: 'always', closes: 'P10D' },
    reach: async (...all) => {
      await answered(...all);
      await all[0].open('mine');
      await all[0].open('withdraw');
      await all[0].open('erase');
    },
  },
  results: {
    poll: { name: 'results', results: 'voted', questions: mixed },
    reach: async (widget) => {
      await widget.choose('Dopo cena', 'A merenda', '4');
      await widget.button('send.many').click();
      await widget.checked();
      await widget.counts('Dopo cena', 1);
    },
  },
  later: {
    poll: { name: 'later', results: 'close', closes: 'P10D' },
    reach: async (widget) => {
      await widget.answer('Fico');
      await widget.checked();
    },
  },
  withdrawn: {
    poll: { name: 'withdrawn', results: 'always', closes: 'P10D' },
    reach: async (...all) => {
      await answered(...all);
      const [widget] = all;
      await widget.open('mine');
      await widget.open('withdraw');
      await widget.button('withdraw.confirm').click();
      await widget.thanked('done.withdraw');
    },
  },
  waiting: {
    poll: { name: 'waiting', results: 'always', closes: 'P10D' },
    reach: async (widget, page) => {
      await page.route(ACTS, (route) => route.abort());
      await widget.answer('Fico');
      await widget.waits();
    },
  },
  scheduled: {
    poll: { name: 'scheduled', results: 'always', opens: soon(3), closes: soon(13) },
    reach: async () => {},
  },
  closed: {
    poll: { name: 'closed', results: 'always', closes: 'P10D' },
    reach: async (widget, page, _context, server) => {
      await apply(server, { ...SCENES.closed.poll, name: widget.campaign, ended: true });
      await page.reload();
      await expect(widget.element.locator('[data-ff-stage="closed"]')).toBeVisible();
    },
  },
};

for (const tier of ['2', '3'] as const) {
  for (const [name, { poll, reach }] of Object.entries(SCENES)) {
    test(`${name}, tier ${tier}`, async ({ page, context, scenes, host, silence }) => {
      silence.allow(/net::ERR_FAILED/, /status of 422/);
      const own = { ...poll, name: `${poll.name}-${tier}` };
      const id = await apply(scenes, own);
      if (!poll.questions && !poll.opens) await crowd(scenes, id);
      const brand = await host(snippet(scenes.url, { campaign: own.name }), policy(scenes.url, tier === '3' ? "'wasm-unsafe-eval'" : ''));
      await page.goto(brand.url);
      const widget = new Widget(page, own.name);
      await widget.tier(tier);
      await reach(widget, page, context, scenes, id);
      // Both tiers look alike (`brand.spec.ts`): pictures of one are enough.
      await look(page, name, { pictures: tier === '3' });
    });
  }
}

test('the page of the brand', async ({ page, serve }) => {
  const server = await serve();
  const poll = await activity(server, 'aurora');
  for (const gusto of ['fico', 'fico', 'fico', 'pistacchio', 'pistacchio', 'limone']) {
    await act(server, poll, { act: 'ballot', answers: { gusto } });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(server.brandUrl);
  const widget = new Widget(page);
  const second = new Widget(page, 'laboratorio');
  await widget.tier('3');
  await second.element.scrollIntoViewIfNeeded();
  await second.tier('3');
  await page.evaluate(() => scrollTo(0, 0));
  await look(page, 'brand-asks');
  await widget.answer('Fico e ricotta');
  await widget.checked();
  await widget.counts('Fico e ricotta', 4);
  await look(page, 'brand-answered');
});

test('the hosted page', async ({ page, demo }) => {
  await page.goto(`${demo.url}/c/aurora?lang=it`);
  await new Widget(page).tier('3');
  await look(page, 'hosted-asks');
});

test('the front page of the server', async ({ page, demo }) => {
  await page.goto(demo.url);
  await look(page, 'front');
  await page.goto(`${demo.url}/docs/errors`);
  await look(page, 'errors');
});

test.describe('without JavaScript', () => {
  // axe is a script: these pages are the same documents as above, looked at by eyes.
  test.use({ javaScriptEnabled: false });

  test('the hosted page and its answers', async ({ page, serve, silence }) => {
    silence.allow(/status of 404/);
    const server = await serve();
    await page.goto(`${server.url}/c/aurora?lang=it`);
    const widget = new Widget(page);
    await look(page, 'plain-asks', { axe: false });
    await widget.answer('Fico e ricotta');
    await widget.thanked();
    await look(page, 'plain-answered', { axe: false });
    await page.getByRole('button', { name: widget.text('mine') }).click();
    await expect(page.getByText(widget.text('counted'))).toBeVisible();
    await look(page, 'plain-mine', { axe: false });
    await page.goto(`${server.url}/c/nowhere?lang=it`);
    await look(page, 'plain-nowhere', { axe: false });
  });
});
