// What every spec starts from: the shared demo's addresses, and servers and pages that end with the test.
import { test as base } from '@playwright/test';
import { servePage, type Host } from './host';
import { start, type Options, type Server } from './server';

export { expect } from '@playwright/test';

interface Fixtures {
  /** The demo all tests share: look, do not count. */
  demo: { url: string; brandUrl: string };
  /** Starts a server of the test's own. */
  serve: (options?: Options) => Promise<Server>;
  /** Serves a brand's page of the test's own. */
  host: typeof servePage;
}

export const test = base.extend<Fixtures>({
  demo: async ({}, use) => {
    await use({
      url: process.env.FANFARE_URL ?? '',
      brandUrl: process.env.FANFARE_BRAND_URL ?? '',
    });
  },
  serve: async ({}, use) => {
    const started: Server[] = [];
    await use(async (options) => {
      const server = await start(options);
      started.push(server);
      return server;
    });
    for (const server of started) {
      await server.stop();
      await server.remove();
    }
  },
  host: async ({}, use) => {
    const hosts: Host[] = [];
    await use(async (html, headers) => {
      const host = await servePage(html, headers);
      hosts.push(host);
      return host;
    });
    for (const host of hosts) await host.close();
  },
});
