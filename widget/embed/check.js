// The panel behind `#fanfare-check` on a brand's page: what works here, in this browser, and what to write where it does
// not. Fetched by the loader for whoever puts these words into the address, and by nobody else.
//
// Everything is made of nodes and set by properties: it shows on the strictest page too.

import { words } from './check-words.js';
import { examine } from './probes.js';

const STYLE = `
:host { all: initial; position: fixed; inset: auto 12px 12px auto; z-index: 2147483647; color-scheme: light dark;
  --paper: light-dark(#fff, #1d1b20); --ink: light-dark(#221d25, #efeaf0); --soft: light-dark(#5d5562, #b6adba);
  --line: light-dark(#dcd6de, #433d48); --sunken: light-dark(#f4f1f5, #141216); --accent: light-dark(#94195b, #f08cc0);
  --good: light-dark(#1b6b3f, #7fd6a3); --warn: light-dark(#7a4d00, #f0c070); --bad: light-dark(#b3261e, #f7a49d); }
* { box-sizing: border-box }
section { font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 12px 40px -8px rgb(0 0 0 / .35);
  width: min(27rem, calc(100vw - 24px)); max-height: min(44rem, calc(100vh - 24px)); max-height: min(44rem, calc(100dvh - 24px));
  overflow: auto; overscroll-behavior: contain; padding: 20px; overflow-wrap: anywhere }
section:focus { outline: none }
header { display: flex; gap: 12px; align-items: start }
h2 { font-size: 1.2em; line-height: 1.25; margin: 0; flex: 1; padding-top: 8px }
p { margin: 4px 0 0 }
.verdict { font-weight: 600; padding: 10px 14px; border-radius: 10px; background: var(--sunken); margin: 8px 0 12px }
.verdict.good { color: var(--good) } .verdict.limits { color: var(--warn) } .verdict.stops { color: var(--bad) }
ul { list-style: none; margin: 0; padding: 0 }
li { display: grid; grid-template-columns: 24px 1fr; padding: 10px 0; border-top: 1px solid var(--line) }
li > div { min-width: 0 }
b { font-weight: 600 }
i { font-style: normal; font-weight: 700 }
.good i { color: var(--good) } .limits i { color: var(--warn) } .stops i { color: var(--bad) }
.soft { color: var(--soft); font-size: .875em }
pre { font: .85em/1.45 ui-monospace, Menlo, monospace; white-space: pre-wrap; margin: 8px 0 6px; padding: 10px 12px;
  background: var(--sunken); border-radius: 8px }
button { font: inherit; font-weight: 600; color: var(--ink); background: none; border: 1px solid var(--soft); border-radius: 10px;
  min-height: 44px; padding: 0 14px; cursor: pointer }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.close { border: 0; width: 44px; padding: 0; font-size: 1.4em; line-height: 1; margin: -6px -8px 0 0 }
footer { border-top: 1px solid var(--line); padding-top: 14px; display: grid; gap: 10px; justify-items: start }
@media (forced-colors: active) { .verdict { border: 1px solid } }`;

const MARKS = { good: '✓', limits: '!', stops: '✕' };
const RANK = ['good', 'limits', 'stops'];

const make = (name, className, text, ...inside) => {
  const node = Object.assign(document.createElement(name), { className, textContent: text });
  node.append(...inside);
  return node;
};

/** A button that copies, and says so for a moment. */
const copier = (label, done, text) => {
  const button = make('button', '', label);
  button.type = 'button';
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = done;
    } catch {
      // No clipboard on this page: the text can be marked by hand.
    }
    setTimeout(() => (button.textContent = label), 2000);
  };
  return button;
};

const panel = async () => {
  const say = words(navigator.language);
  const host = document.createElement('div');
  const shadow = host.attachShadow({ mode: 'open' });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    // A browser from before 2023: on a page that forbids style elements it is read without one.
    shadow.append(make('style', '', STYLE));
  }

  const close = make('button', 'close', '×');
  const title = make('h2', '', say('title'));
  const verdict = make('p', 'verdict', say('checking'));
  const list = make('ul', '', '');
  const foot = make('footer', '', '');
  const box = make('section', '', '', make('header', '', '', title, close), verdict, list, foot);
  title.id = 'title';
  box.setAttribute('role', 'dialog');
  box.setAttribute('aria-labelledby', title.id);
  verdict.setAttribute('role', 'status');
  list.setAttribute('role', 'list');
  close.type = 'button';
  close.setAttribute('aria-label', say('close'));
  close.onclick = () => host.remove();
  box.onkeydown = ({ key }) => {
    if (key === 'Escape') host.remove();
  };
  box.tabIndex = -1;
  shadow.append(box);
  document.body.append(host);
  box.focus();

  const found = [];
  const show = ({ slug, effect, line, values }) => {
    const text = say(`${slug}.${effect}`, values);
    const mark = make('i', '', MARKS[effect]);
    mark.setAttribute('aria-hidden', 'true');
    const inside = make('div', '', '', make(effect === 'good' ? 'span' : 'b', '', text));
    const more = effect !== 'good' && say(`${slug}.${effect}.do`, values);
    if (more) inside.append(make('p', '', more));
    if (line) inside.append(make('pre', '', line), copier(say('copy'), say('copied'), () => line));
    list.append(make('li', effect, '', mark, inside));
    found.push([`${MARKS[effect]} ${text}`, more, line].filter(Boolean).join('\n  '));
    return effect;
  };

  let worst = 0;
  for await (const finding of examine()) worst = Math.max(worst, RANK.indexOf(show(finding)));
  // What is to be done comes first.
  const rank = ({ className }) => RANK.indexOf(className);
  list.append(...[...list.children].sort((one, other) => rank(other) - rank(one)));
  verdict.textContent = say(`verdict.${RANK[worst]}`);
  verdict.classList.add(RANK[worst]);
  const report = () => [location.href, navigator.userAgent, verdict.textContent, ...found].join('\n');
  foot.append(copier(say('report'), say('copied'), report), make('p', 'soft', say('only')));
};

if (document.body) panel();
else addEventListener('DOMContentLoaded', panel);
