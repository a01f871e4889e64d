// The tag as a brand pastes it, and the headers of brands' pages.
import { readFileSync } from 'node:fs';


/** A page with the tag on it. `more` goes before the tag. */
export function page(server: string, { campaign = 'aurora', lang = 'it', more = '', head = '' } = {}): string {
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>A brand</title>
<link rel="icon" href="data:,"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width, initial-scale=1">${head}</head><body><main>
<h1>A brand's page</h1>${more}<fan-fare campaign="${campaign}"><a href="${server}/c/${campaign}?lang=${lang}">Poll</a></fan-fare>
<script async src="${server}/f.js"></script></main></body></html>`;
}

/** A strict policy that lets the widget in; `script` is added to `script-src`. */
export function policy(server: string, script = "'wasm-unsafe-eval'", more = ''): Record<string, string> {
  const rules = [
    "default-src 'none'",
    `script-src ${server} ${script}`.trim(),
    `connect-src ${server}`,
    `frame-src ${server}`,
    'img-src data:',
    "base-uri 'none'",
    more,
  ];
  return { 'content-security-policy': rules.filter(Boolean).join('; ') };
}

/** A brand's page of `hosts/`, each of which is one situation. */
export function situation(name: string, server: string): string {
  const html = readFileSync(new URL(`../hosts/${name}.html`, import.meta.url), 'utf8');
  return html.replaceAll('{{SERVER}}', server);
}
