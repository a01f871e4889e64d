// The console as its members use it: by names and headings, in the words of its own catalogue.
import { readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import type { Server } from './server';

const words: Record<string, string> = JSON.parse(
  readFileSync(new URL('../../console/src/catalogue/en.json', import.meta.url), 'utf8'),
);

/** The English text of a key. */
export function say(key: string, values: Record<string, string> = {}): string {
  const text = words[key];
  if (text === undefined) throw new Error(`the console has no words for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** Who joins in these tests. */
export const giulia = {
  name: 'Giulia Ferri',
  email: 'giulia@aurora.example',
  password: 'kite molten jar 7 lamps',
};

/** The link that the first start printed for the installation's owner. */
export function ownerLink(server: Server): string {
  const link = server.lines.join('\n').match(/http\S+\/console\/join#\S+/)?.[0];
  if (!link) throw new Error(`no owner link among:\n${server.lines.join('\n')}`);
  return link;
}

/** What an authenticator shows now (RFC 6238, thirty seconds, six digits). */
export function digits(secret: string, now = Date.now()): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const letters = [...secret.toUpperCase()].filter((letter) => alphabet.includes(letter));
  const bits = letters.map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const code = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(code % 1_000_000).padStart(6, '0');
}

export class Console {
  constructor(
    readonly page: Page,
    readonly url: string,
  ) {}

  /** Takes an invitation up and lands on the campaigns. */
  async join(link: string, person = giulia): Promise<void> {
    await this.page.goto(link);
    await this.field('join.name').fill(person.name);
    await this.field('signin.email').fill(person.email);
    await this.field('join.password').fill(person.password);
    await this.button('join.go').click();
    await this.heading('campaigns.title').waitFor();
  }

  heading(key: string): Locator {
    return this.page.getByRole('heading', { level: 1, name: say(key), exact: true });
  }

  button(key: string, within: Page | Locator = this.page): Locator {
    return within.getByRole('button', { name: say(key), exact: true });
  }

  field(key: string, within: Page | Locator = this.page): Locator {
    return within.getByLabel(say(key), { exact: true });
  }

  /** Follows a link of the menu. */
  async go(key: string): Promise<void> {
    await this.menu().getByRole('link', { name: say(key), exact: true }).click();
  }

  menu(): Locator {
    return this.page.getByRole('navigation', { name: say('nav'), exact: true });
  }

  dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** A line of a list by what stands in it. */
  line(text: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: text });
  }
}
