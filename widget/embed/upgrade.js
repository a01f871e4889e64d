// Where the widget goes from its first paint: up to the compiled one where that may run, or into a frame where a page
// forbids markup from strings.

import { count } from './count.js';
import { seal } from './sealed.js';

const once = new Map(); // address → promise of what is there

const get = (url, load) => {
  if (!once.has(url)) once.set(url, load(url));
  return once.get(url);
};

/** The texts of the compiled widget, in its language. */
export const texts = (url) =>
  get(url, () => fetch(url, { credentials: 'omit' }).then((reply) => (reply.ok ? reply.json() : Promise.reject(reply))));

/** One instance for all widgets of a page. */
const compiled = (glue, wasm) =>
  get(wasm, () => import(glue).then((all) => all.default({ module_or_path: wasm }).then(() => all)));

/** What keeps compiled views away: no code may be compiled, or no markup made from strings, as they do. */
const blocked = () => {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    return 'wasm';
  }
  try {
    document.createElement('template').innerHTML = ' ';
  } catch {
    return 'markup';
  }
};

/** What was typed, by activity and question. */
const draft = (root) => {
  const typed = {};
  root.querySelectorAll('[data-ff-form=ballot]').forEach((form) => {
    const answers = (typed[form.closest('section').dataset.ffActivity] = {});
    new FormData(form).forEach((value, name) => {
      const [, question] = /^q\.(.+)/.exec(name) || [];
      if (question && value.trim()) (answers[question] = answers[question] || []).push(value);
    });
  });
  return JSON.stringify(typed);
};

/** Puts the compiled widget in the fragment's place, at a seam: nobody is in the middle of anything. */
const swap = (widget, glue, words, core) => {
  const { element, shadow, root } = widget;
  if (widget.handle || widget.away || widget.busy || widget.touched || shadow.activeElement) return;
  const next = root.cloneNode();
  widget.handle = glue.mount(next, widget.text, words, core, draft(root));
  widget.detach();
  root.replaceWith(next);
  widget.root = next;
  element.dataset.tier = 3;
};

/** In a frame the hosted page says how high it is, so that there is one scroll bar. */
const measure = ({ server }) => {
  const { documentElement: page } = document;
  if (window.parent === window || window.location.origin !== server) return;
  new ResizeObserver(() => window.parent.postMessage({ fanfare: page.offsetHeight }, '*')).observe(page);
};

/** Fetches the compiled widget where it may run; `stay` says what to do where it may not. */
export const upgrade = async (widget, core, stay) => {
  const { element, boot } = widget;
  const { widget: glue, wasm, strings } = boot.assets;
  const { saveData } = navigator.connection || {};
  measure(widget);
  if (!widget.counts) count(widget.shadow);
  widget.counts = true;
  seal(widget.server, boot.activities, core);
  try {
    if (!wasm || saveData || element.getAttribute('tier') === '2' || (widget.blocked = blocked())) throw Error('tier 2');
    const [made, words] = await Promise.all([compiled(glue, wasm), texts(strings)]);
    // Meanwhile it may have been painted anew.
    if (widget.boot !== boot) return;
    widget.swap = () => swap(widget, made, JSON.stringify(words), core);
    widget.swap();
  } catch {
    // Compiled code is never needed in order to take part.
    if (widget.boot === boot && !widget.handle) stay(widget);
  }
};

/** The hosted page in a frame, as high as it says it is. */
export const frame = ({ element, shadow, boot, server }) => {
  const page = document.createElement('iframe');
  page.src = `${boot.hosted}?lang=${boot.lang}`;
  page.title = boot.title;
  page.height = 720;
  page.width = '100%';
  page.setAttribute('frameborder', '0');
  shadow.replaceChildren(page);
  element.dataset.tier = 'frame';
  addEventListener('message', ({ source, origin, data }) => {
    if (source === page.contentWindow && origin === server && data.fanfare > 0) page.height = data.fanfare;
  });
};
