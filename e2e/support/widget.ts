// A widget as a visitor meets it: by what it says, in whichever tier it runs and wherever it stands.
import type { FrameLocator, Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { text, type Lang } from './words';

export class Widget {
  readonly element: Locator;

  constructor(
    readonly page: Page | FrameLocator | Locator,
    readonly campaign = 'aurora',
    readonly lang: Lang = 'it',
  ) {
    this.element = page.locator(`fan-fare[campaign="${campaign}"]`);
  }

  text(key: string, values: Record<string, string> = {}): string {
    return text(this.lang, key, values);
  }

  /** Waits until it runs as far up as this: 2 the server's fragment, 3 the compiled widget, `frame` an iframe. */
  async tier(tier: '2' | '3' | 'frame'): Promise<void> {
    await expect(this.element).toHaveAttribute('data-tier', tier);
  }

  /** Waits until the part that sends answers is there, so that the network may go. */
  async ready(): Promise<void> {
    const page = this.page as Page;
    await page.waitForFunction(() => performance.getEntriesByType('resource').some((r) => /\/core-\w+\.js$/.test(r.name)));
  }

  option(name: string): Locator {
    return this.element.getByRole('radio', { name }).or(this.element.getByRole('checkbox', { name }));
  }

  button(key: string): Locator {
    return this.element.getByRole('button', { name: this.text(key), exact: true });
  }

  /** Opens a `details` by the text of its summary. */
  async open(key: string): Promise<void> {
    await this.element.locator('summary', { hasText: this.text(key) }).click();
  }

  async choose(...names: string[]): Promise<void> {
    for (const name of names) await this.option(name).check();
  }

  async answer(...names: string[]): Promise<void> {
    await this.choose(...names);
    await this.button('send').click();
  }

  /** The line of an option in the results. */
  result(name: string): Locator {
    return this.element.locator('.ff-res', { hasText: name });
  }

  /** Waits until an option has so many answers. */
  async counts(name: string, count: number): Promise<void> {
    await expect(this.result(name).locator('strong + small')).toHaveText(String(count));
  }

  /** Waits until the answer is acknowledged and shown. */
  async thanked(key = 'done.ballot'): Promise<void> {
    await expect(this.element.getByText(this.text(key))).toBeVisible();
  }

  /** Waits until the answer is kept for later. */
  async waits(): Promise<void> {
    await expect(this.element.getByText(this.text('waiting.title'))).toBeVisible();
  }

  /** Presses "Try now", unless what waited was sent meanwhile. */
  async retry(): Promise<void> {
    await this.button('try').evaluateAll((buttons) => buttons.forEach((button) => (button as HTMLElement).click()));
  }

  receipt(): Locator {
    return this.element.locator('details[data-ff-receipt]');
  }

  /** Waits until the page has checked the receipt. */
  async checked(): Promise<void> {
    await expect(this.receipt().locator('summary')).toHaveText(this.text('receipt.checked'));
  }
}
