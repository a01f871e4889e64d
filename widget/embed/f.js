// Fanfare's loader: `<fan-fare campaign="…">`, or this script with `data-campaign`. It paints the server's fragment
// into a shadow root when it comes near, and hands everything else to core.js and, when the page is idle, to the
// compiled widget. Invariant: it touches nothing outside its elements but the one global `fanfare`.
(() => {
  const NAME = 'fan-fare';
  const BASE = ':host{display:block}:host(:empty){min-height:22rem}';
  const ROOT = '.ff-root{all:initial;display:block;color-scheme:inherit}';
  // What can be said before the server's words are there.
  const LOST = {
    en: ['This could not be loaded. Check the connection.', 'Try again'],
    it: ['Non è stato possibile caricare il contenuto. Controlla la connessione.', 'Riprova'],
  };

  const known = customElements.get(NAME);
  const seen = known ? known.seen : new WeakSet();
  // Tag managers may evaluate the text of a script: then there is no current one.
  const script =
    document.currentScript ||
    [...document.scripts].find((one) => /\/f\.js($|\?)/.test(one.src) && !seen.has(one)) || { src: '', dataset: {} };
  seen.add(script);
  const origin = new URL(script.src || '.', location.href).origin;
  const wants = script.dataset;

  const once = new Map(); // address → promise of what is there
  const get = (url, load) => {
    if (!once.has(url)) once.set(url, load(url).catch((error) => (once.delete(url), Promise.reject(error))));
    return once.get(url);
  };
  let tries = 0;
  // A failed import may be remembered by the browser: a fragment makes it another address for the same file.
  const module = (url) => get(url, () => import(url + (tries ? `#${tries}` : '')).catch((e) => (tries++, Promise.reject(e))));
  const compiled = (url, wasm) =>
    get(wasm, () => module(url).then((glue) => glue.default({ module_or_path: wasm }).then(() => glue)));
  const texts = (url) => get(url, () => fetch(url, { credentials: 'omit' }).then((reply) => reply.json()));

  let policy;
  try {
    policy = window.trustedTypes && trustedTypes.createPolicy('fanfare', { createHTML: (text) => text });
  } catch {
    // The page allows no policy of ours: then strings are tried, and where they are refused too, a frame.
  }
  const html = (text) => (policy ? policy.createHTML(text) : text);

  /** Whether code may be compiled here, and may make markup from strings as compiled views do. */
  const compiles = () => {
    try {
      document.createElement('template').innerHTML = ' ';
      return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch {
      return false;
    }
  };

  const idle = (run) => (window.requestIdleCallback ? requestIdleCallback(run, { timeout: 2000 }) : setTimeout(run, 300));

  const widget = (element) => {
    const shadow = element.attachShadow({ mode: 'open' });
    const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });
    let turn = 0; // the newest load: what an older one brings is late
    let handle; // of the compiled widget, while it stands
    let ready; // what it takes to mount it
    let watch;
    let away = false;

    const w = { element, shadow, html, root: null, boot: null, touched: false, busy: 0 };
    w.core = () => module(w.boot.assets.core);
    w.strings = () => (w.boot.assets.strings ? texts(w.boot.assets.strings) : Promise.reject());

    const dress = (...css) => {
      try {
        shadow.adoptedStyleSheets = css.map((text) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(text);
          return sheet;
        });
      } catch {
        const style = make('style', css.join('\n'));
        style.nonce = script.nonce;
        shadow.prepend(style);
      }
    };

    const language = () => {
      const place = element.closest('[lang]') || document.documentElement;
      return place.lang || navigator.language;
    };

    /** Before the first paint: what the page put inside, and room where there is nothing. */
    const bare = (...more) => {
      shadow.replaceChildren(make('slot'), ...more);
      dress(BASE);
    };

    const lost = () => {
      const [text, again] = LOST[language().slice(0, 2)] || LOST.en;
      const button = make('button', again);
      const message = make('p', text);
      message.setAttribute('role', 'status');
      button.onclick = w.load;
      bare(message, button);
      addEventListener('online', w.load, { once: true });
    };

    w.load = async () => {
      const mine = ++turn;
      w.server = new URL(element.getAttribute('server') || origin, location.href).origin;
      const campaign = encodeURIComponent(element.getAttribute('campaign'));
      try {
        const url = `${w.server}/api/v1/campaigns/${campaign}?lang=${encodeURIComponent(language())}`;
        const reply = await fetch(url, { credentials: 'omit' });
        const text = reply.ok && (await reply.text());
        if (mine !== turn) return;
        if (!text) throw 0;
        w.text = text;
        w.boot = JSON.parse(text);
        paint();
      } catch {
        if (mine === turn && !w.root) lost();
      }
    };

    /** Where the page forbids markup from strings: the hosted page in a frame, as high as it says it is. */
    const frame = () => {
      const frame = make('iframe');
      frame.src = `${w.boot.hosted}?lang=${w.boot.lang}`;
      frame.title = w.boot.title;
      frame.height = 720;
      shadow.replaceChildren(frame);
      element.dataset.tier = 'frame';
      dress(BASE, 'iframe{display:block;border:0;width:100%}');
      addEventListener('message', ({ source, data }) => {
        if (source === frame.contentWindow && data && data.fanfare > 0) frame.height = data.fanfare;
      });
    };

    const paint = () => {
      const { boot } = w;
      unmount();
      const root = make('div');
      root.className = 'ff-root';
      try {
        root.innerHTML = html(boot.html);
      } catch {
        return frame();
      }
      shadow.replaceChildren(root);
      dress(BASE, ROOT, boot.css, `:host{--brand-h:${boot.theme.hue};--brand-c:${boot.theme.chroma / 1000}}`);
      w.root = root;
      w.touched = false;
      element.dataset.tier = 2;
      ready = null;
      return idle(() => away || upgrade(turn));
    };

    const detach = () => {
      if (w.detach) w.detach();
      w.detach = null;
    };

    const unmount = () => {
      detach();
      if (handle) handle.unmount();
      handle = null;
    };

    /** Fetches core, then what compiled code needs, where it may run. */
    const upgrade = async (mine) => {
      const { widget, wasm, strings } = w.boot.assets;
      let core;
      try {
        core = await w.core();
        if (mine !== turn || handle) return;
        core.open(w.server);
        core.attach(w);
        const saves = navigator.connection && navigator.connection.saveData;
        if (!wasm || saves || element.getAttribute('tier') === '2' || !compiles()) throw 0;
        const [glue, words] = await Promise.all([compiled(widget, wasm), texts(strings)]);
        ready = { glue, words: JSON.stringify(words), core };
        if (mine === turn) w.swap();
      } catch {
        // Compiled code is never needed in order to take part.
        if (core && mine === turn && !handle) core.restore(w);
      }
    };

    /** Puts the compiled widget in the fragment's place, at a seam: nobody is in the middle of anything. */
    w.swap = () => {
      if (!ready || handle || away || w.busy || w.touched || shadow.activeElement) return;
      const { glue, words, core } = ready;
      const next = w.root.cloneNode();
      const draft = {};
      w.root.querySelectorAll('[data-ff-form=ballot]').forEach((form) => {
        const answers = (draft[form.closest('[data-ff-activity]').dataset.ffActivity] = {});
        new FormData(form).forEach((value, name) => {
          const [, question] = /^q\.(.+)/.exec(name) || [];
          if (question) (answers[question] = answers[question] || []).push(value);
        });
      });
      handle = glue.mount(next, w.text, words, core, JSON.stringify(draft));
      detach();
      w.root.replaceWith(next);
      w.root = next;
      element.dataset.tier = 3;
    };

    /** Without core (its file cannot be had): when the network is back, else as a form without JavaScript. */
    const plain = (form) => {
      if (navigator.onLine === false) {
        addEventListener('online', () => form.isConnected && form.requestSubmit(), { once: true });
        return;
      }
      const key = make('input');
      Object.assign(key, { type: 'hidden', name: 'key', value: Date.now().toString(36) + Math.random().toString(36).slice(2).padEnd(12, '0') });
      form.append(key);
      form.submit();
    };

    const on = (name, call) => shadow.addEventListener(name, (event) => w.root && !handle && call(event, event.target));
    const touch = () => {
      w.touched = true;
      w.core().catch(() => {});
    };
    ['pointerdown', 'keydown', 'input'].forEach((name) => on(name, (event, target) => target.closest('form') && touch()));
    on('focusin', () => w.core().catch(() => {}));
    on('focusout', () => setTimeout(w.swap));
    on('submit', (event, form) => {
      if (!form.dataset.ffForm) return;
      event.preventDefault();
      w.core().then((core) => core.submit(w, form), () => plain(form));
    });
    on('click', (event, target) => {
      const button = target.closest('[data-ff-do]');
      if (button) w.core().then((core) => core.press(w, button), () => {});
    });

    const start = () => {
      if (!window.IntersectionObserver) return w.load();
      watch = new IntersectionObserver(
        (seen) => {
          if (!seen.some((one) => one.isIntersecting)) return;
          watch.disconnect();
          w.load();
        },
        { rootMargin: '600px' },
      );
      return watch.observe(element);
    };

    w.back = () => {
      if (!away) return;
      away = false;
      start();
    };
    w.gone = () => {
      away = true;
      turn++;
      if (watch) watch.disconnect();
      unmount();
    };
    bare();
    start();
    return w;
  };

  const define = () => {
    const widgets = new WeakMap();
    class FanFare extends HTMLElement {
      static get observedAttributes() {
        return ['campaign', 'lang', 'server'];
      }

      connectedCallback() {
        // `static`: the page shows something of its own, an answer given without JavaScript.
        if (this.hasAttribute('static')) return;
        if (widgets.has(this)) widgets.get(this).back();
        else widgets.set(this, widget(this));
      }

      disconnectedCallback() {
        // A move is a removal and an insertion: only who stays away is gone.
        setTimeout(() => this.isConnected || !widgets.has(this) || widgets.get(this).gone());
      }

      attributeChangedCallback(name, was, is) {
        if (was !== is && widgets.has(this) && widgets.get(this).boot) widgets.get(this).load();
      }
    }
    FanFare.seen = seen;
    customElements.define(NAME, FanFare);
    window.fanfare = Object.freeze({
      version: 1,
      mount: (target, campaign) => {
        const element = document.createElement(NAME);
        element.setAttribute('campaign', campaign);
        element.setAttribute('server', origin);
        target.append(element);
        return element;
      },
    });
    // In a frame the hosted page says how high it is, so that there is one scroll bar.
    if (window.parent !== window && location.origin === origin && window.ResizeObserver) {
      const { documentElement: page } = document;
      new ResizeObserver(() => window.parent.postMessage({ fanfare: page.offsetHeight }, '*')).observe(page);
    }
    // An answer that an earlier page could not send goes out from any page that has the tag.
    try {
      const core = localStorage[`fanfare:${origin}:core`];
      if (core && core.startsWith(`${origin}/assets/`)) module(core).then(({ open }) => open(origin), () => {});
    } catch {
      // Storage is blocked: there is none.
    }
  };
  if (!known) define();

  const place = () => {
    const target = wants.target && document.querySelector(wants.target);
    const here = !target && script.isConnected && !script.closest('head');
    const there = target || document.body;
    // A tag manager fires again on every change of view.
    if (!here && there.querySelector(`${NAME}[campaign="${CSS.escape(wants.campaign)}"]`)) return;
    const element = document.createElement(NAME);
    element.setAttribute('server', origin);
    ['campaign', 'lang', 'tier', 'theme'].forEach((name) => wants[name] && element.setAttribute(name, wants[name]));
    if (here) script.after(element);
    else there.append(element);
  };
  if (wants.campaign) {
    if (document.readyState === 'loading' && (wants.target || script.closest('head'))) {
      document.addEventListener('DOMContentLoaded', place);
    } else {
      place();
    }
  }
})();
