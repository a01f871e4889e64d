// What axe finds in a page.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Each as a text; none where the page is in order. */
export async function faults(page: Page): Promise<string[]> {
  // Nothing is fetched for it: some pages allow no script to fetch anything. In frames, such as the preview's, none may run:
  // what they show is looked at as pages of their own.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ preload: false }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`));
}
