// How the browser tests run: Debian's Chromium (or the one in $CHROMIUM) against the program as it is shipped.
import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';

const usual = '/usr/bin/chromium';
const chromium = process.env.CHROMIUM ?? (existsSync(usual) ? usual : undefined);
const root = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './support/setup.ts',
  // One demo serves every worker, so tests that count votes start a server of their own.
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        ...(root ? ['--no-sandbox'] : []),
        // Nothing here may call anybody but the servers of the tests.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-gpu',
        '--disable-quic',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
