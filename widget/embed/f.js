// Fanfare's loader: `<fan-fare campaign="…">`, or this script with `data-campaign`. It paints the server's fragment
// into a shadow root when it comes near, hands everything else to core.js, counting visits to measure.js, and looking at what a page blocks to check.js.
// Invariant: it touches nothing outside its own elements but the one global `fanfare`.
(() => {
  const NAME = 'fan-fare';
  const BASE = ':host{display:block}:host(:empty){min-height:22rem}';
  // What the page sets for everything ends here.
  const ROOT = '.ff-root{all:initial;display:block;color-scheme:inherit}';
  // Pixels above and below the view.
  const NEAR = 600;
  // What can be said before the server's words are there.
  const LOST = {
    en: ['This could not be loaded.', 'Try again'],
    it: ['Caricamento non riuscito.', 'Riprova'],
  };

  const known = customElements.get(NAME);
  const seen = known ? known.seen : new WeakSet();
  // Tag managers may evaluate the text of a script: then there is no current one.
  const script =
    document.currentScript || [...document.scripts].find((one) => /\/f\.js\b/.test(one.src) && !seen.has(one));
  if (!script) return;
  seen.add(script);
  const origin = new URL(script.src).origin;
  const wants = script.dataset;

  let tries = 0;
  // A browser may remember that an import failed: with a fragment it is another address for the same file.
  const load = (url) =>
    import(url + (tries ? `#${tries}` : '')).catch((error) => {
      tries++;
      throw error;
    });
  const ignore = () => {};

  /** Imported apart from `load`: where it is blocked, nothing else is asked for anew. */
  const aside = (name, call) => import(origin + '/assets/' + name).then(call).catch(ignore);
  /** Hands over what counts visits. */
  const measure = (call) => wants.count !== 'off' && aside('./measure.js', call);

  let policy;
  try {
    policy = window.trustedTypes && trustedTypes.createPolicy('fanfare', { createHTML: (text) => text });
  } catch {
    // The page allows no policy of ours: then strings are tried, and where they are refused too, a frame.
  }

  const widget = (element) => {
    const shadow = element.attachShadow({ mode: 'open' });
    // What core.js and the rest work on. `touched`: somebody is in the middle of something; `busy`: posts under way.
    const w = { element, shadow, busy: 0, html: (text) => (policy ? policy.createHTML(text) : text) };
    let turn = 0; // the newest load: what an older one brings is late
    let watch;

    const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });

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
        shadow.append(style);
      }
    };

    const language = () => (element.closest('[lang]') || document.documentElement).lang || navigator.language;

    /** Before the first paint: what the page put inside, and room where there is nothing. */
    const bare = (...more) => {
      shadow.replaceChildren(make('slot'), ...more);
      dress(BASE);
    };

    const lost = () => {
      const [text, again] = LOST[language().slice(0, 2)] || LOST.en;
      const button = make('button', again);
      button.onclick = () => w.load();
      bare(make('p', text), button);
      addEventListener('online', () => w.load(), { once: true });
    };

    w.core = () => load(w.boot.assets.core);

    w.load = async (cache) => {
      const mine = ++turn;
      w.server = new URL(element.getAttribute('server') || origin, origin).origin;
      const url = `${w.server}/api/v1/campaigns/${element.getAttribute('campaign')}?lang=${language()}`;
      // Nothing is sent either way; to a page's own `preload` line only this one is the same request.
      const credentials = w.server === location.origin ? 'omit' : 'same-origin';
      try {
        const reply = await fetch(url, { credentials, cache });
        const text = await reply.text();
        if (mine !== turn) return;
        const boot = JSON.parse(text);
        if (!boot.html) throw boot;
        w.text = text;
        w.boot = boot;
      } catch {
        if (mine === turn && !w.root) lost();
        return;
      }
      paint(w.boot);
    };

    const unmount = () => {
      if (w.detach) w.detach();
      if (w.handle) w.handle.unmount();
      w.detach = w.handle = w.swap = null;
    };

    /** What was chosen in the page as it came without JavaScript stays chosen, and where the visitor was. */
    const carry = (root) =>
      element.querySelectorAll(':checked, :focus, textarea').forEach((was) => {
        const text = was.matches('textarea');
        const value = text ? '' : `[value="${CSS.escape(was.value)}"]`;
        const is = root.querySelector(`[name="${CSS.escape(was.name)}"]${value}`);
        if (!is) return;
        if (text) is.value = was.value;
        is.checked = was.checked;
        if (was.matches(':focus')) is.focus();
      });

    const paint = (boot) => {
      const root = make('div');
      root.className = 'ff-root';
      try {
        root.innerHTML = w.html(boot.html);
      } catch {
        // The page forbids markup from strings.
        w.core().then((core) => core.frame(w), ignore);
        return;
      }
      unmount();
      const theme = `:host{--brand-h:${boot.theme.hue};--brand-c:${boot.theme.chroma / 1000}}`;
      shadow.replaceChildren(root);
      dress(BASE, ROOT, boot.css, theme);
      if (!w.root) carry(root);
      w.root = root;
      w.touched = false;
      element.dataset.tier = 2;
      const rest = () =>
        w.core().then((core) => {
          if (w.boot !== boot || w.away) return;
          core.attach(w, core);
          if (element.getAttribute('count') !== 'off') measure((all) => all.watch(w));
        }, ignore);
      if (window.requestIdleCallback) requestIdleCallback(rest, { timeout: 2000 });
      else setTimeout(rest, 300);
    };

    /** Without core (its file cannot be had): when the network is back, else as a form without JavaScript. */
    const plain = (form) => {
      if (!navigator.onLine) return addEventListener('online', () => form.requestSubmit(), { once: true });
      const key = make('input');
      key.type = 'hidden';
      key.name = 'key';
      key.value = crypto.getRandomValues(new Uint32Array(4)).join('-');
      form.append(key);
      return form.submit();
    };

    const on = (names, call) =>
      names.split(' ').forEach((name) => {
        shadow.addEventListener(name, (event) => w.root && !w.handle && call(event.target, event));
      });
    on('pointerdown keydown input', (target) => (w.touched = w.touched || !!target.closest('form')));
    on('pointerdown focusin', () => w.core().catch(ignore));
    on('focusout', () => setTimeout(() => w.swap && w.swap()));
    on('submit', (form, event) => {
      event.preventDefault();
      w.core().then((core) => core.submit(w, form), () => plain(form));
    });
    on('click', (target) => {
      const button = target.closest('[data-ff-do]');
      if (button) w.core().then((core) => core.press(w, button), ignore);
    });

    /** Nothing is fetched until it is near the view. What is near already does not wait for the page's first frame. */
    w.back = () => {
      w.away = false;
      watch = new IntersectionObserver(
        (seen) => {
          if (!seen.some((one) => one.isIntersecting)) return;
          watch.disconnect();
          w.load();
        },
        { rootMargin: `${NEAR}px` },
      );
      const [box] = element.getClientRects();
      if (box && box.top < innerHeight + NEAR && box.bottom > -NEAR) w.load();
      else watch.observe(element);
    };
    w.gone = () => {
      w.away = true;
      turn++;
      watch.disconnect();
      unmount();
    };
    // The request first: what is to be done meanwhile does not hold it up.
    w.back();
    bare();
    return w;
  };

  const define = () => {
    const widgets = new WeakMap();
    class FanFare extends HTMLElement {
      connectedCallback() {
        const w = widgets.get(this);
        // `static`: the page shows something of its own, an answer given without JavaScript.
        if (!w && !this.hasAttribute('static')) widgets.set(this, widget(this));
        else if (w && w.away) w.back();
      }

      disconnectedCallback() {
        // A move is a removal and an insertion: only who stays away is gone.
        const w = widgets.get(this);
        setTimeout(() => w && !this.isConnected && w.gone());
      }

      attributeChangedCallback(name, was, is) {
        const w = widgets.get(this);
        if (w && w.boot && was !== is) w.load();
      }
    }
    FanFare.seen = seen;
    FanFare.observedAttributes = ['campaign', 'lang', 'server'];
    customElements.define(NAME, FanFare);
    // A word that nobody knows is an error there, and ignored.
    const say = (word, what) => void measure((all) => all[word](origin, what));
    window.fanfare = Object.freeze(Object.assign(say, { version: 1 }));
    // Whoever puts the tag on a page asks what works there.
    if (/fanfare-check/.test(location)) aside('./check.js');
    // An answer that an earlier page could not send goes out from any page that has the tag.
    try {
      const core = localStorage[`fanfare:${origin}:core`];
      if (core && core.startsWith(`${origin}/assets/`)) load(core).then(({ open }) => open(origin), ignore);
    } catch {
      // Storage is blocked: there is none.
    }
  };
  if (!known) define();

  const place = () => {
    const target = wants.target && document.querySelector(wants.target);
    const there = target || document.body;
    const here = !target && there.contains(script);
    // A tag manager fires again on every change of view.
    if (!here && there.querySelector(`${NAME}[campaign="${wants.campaign}"]`)) return;
    const element = document.createElement(NAME);
    element.setAttribute('server', origin);
    const names = ['campaign', 'lang', 'tier', 'theme', 'count'];
    names.forEach((name) => wants[name] && element.setAttribute(name, wants[name]));
    if (here) script.after(element);
    else there.append(element);
  };
  if (!wants.campaign) return;
  if (document.readyState === 'loading' && (wants.target || script.closest('head'))) {
    addEventListener('DOMContentLoaded', place);
  } else {
    place();
  }
})();
