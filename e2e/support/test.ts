// What every spec starts from: the shared demo's addresses, and servers and pages that end with the test.
import { expect, test as base, type BrowserContext, type ConsoleMessage } from '@playwright/test';
import { welcome } from './campaign';
import { servePage, type Host } from './host';
import { start, type Options, type Server } from './server';

export { expect };

/** What a page may say on its console: nothing, but for what a test declares. */
export class Silence {
  private readonly said: string[] = [];
  private readonly allowed: RegExp[] = [];

  listen(context: BrowserContext): void {
    const says = (message: ConsoleMessage) => {
      if (['error', 'warning'].includes(message.type())) this.said.push(message.text());
    };
    context.on('console', says);
    context.on('weberror', (error) => this.said.push(String(error.error())));
  }

  /** The test makes the browser say this, for instance that a request failed while the network is cut. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  broken(): string[] {
    return this.said.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }
}

interface Fixtures {
  /** The demo all tests share: look, do not count. */
  demo: { url: string; brandUrl: string };
  /** Starts a server of the test's own. */
  serve: (options?: Options) => Promise<Server>;
  /** Serves a brand's page of the test's own. */
  host: typeof servePage;
  /** Every page of the test keeps its console clean. */
  silence: Silence;
}

interface Shared {
  /** A server for the campaigns of a worker's tests, which do not meet. */
  scenes: Server;
}

export const test = base.extend<Fixtures, Shared>({
  scenes: [
    async ({}, use) => {
      const server = await start({ demo: false });
      await use(server);
      await server.stop();
      await server.remove();
    },
    { scope: 'worker' },
  ],
  silence: [
    async ({ context }, use) => {
      const silence = new Silence();
      silence.listen(context);
      await use(silence);
      expect(silence.broken(), 'the console').toEqual([]);
    },
    { auto: true },
  ],
  demo: async ({}, use) => {
    await use({
      url: process.env.FANFARE_URL ?? '',
      brandUrl: process.env.FANFARE_BRAND_URL ?? '',
    });
  },
  serve: async ({ context }, use) => {
    const started: Server[] = [];
    await use(async (options) => {
      const server = await start(options);
      started.push(server);
      if (options?.demo ?? true) await welcome(server);
      return server;
    });
    // What a page still has to report goes out while there is somebody to take it.
    for (const page of context.pages()) await page.close();
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
