// The visible texts, from the catalogues the product itself uses: a text that changes there needs no change here.
import { readFileSync } from 'node:fs';

export type Lang = 'en' | 'it';

const read = (folder: string, lang: Lang): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../widget/src/${folder}/${lang}.json`, import.meta.url), 'utf8'));

const catalogue = (lang: Lang) => ({ ...read('catalogue', lang), ...read('catalogue-pages', lang) });

const catalogues = { en: catalogue('en'), it: catalogue('it') };

/** The text of a key, with its placeholders filled. A key that is not there fails the test that asks for it. */
export function text(lang: Lang, key: string, values: Record<string, string> = {}): string {
  const found = catalogues[lang][key];
  if (found === undefined) throw new Error(`no text ${key} in ${lang}`);
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), found);
}
