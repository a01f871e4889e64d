// How far does a campaign reach? What a visit comes to (the widget seen, an answer begun, a question reached, an answer
// sent, a conversion; what the browser kept from the widget) is told to the server, each once. The loader fetches this
// last: nobody needs it to answer.
//
// Deliberately absent: who it was. No cookie, no id, nothing stored; and what fails is lost, without a word.

const DWELL = 1000; // what was in view for so long was seen
const GATHER = 5000; // what happens together is told together
const MOST = 1e12; // of one value of money, as the server takes it

// As the visit began: a page may change its address later.
const query = new URLSearchParams(location.search);
const utm = (name) => query.get(`utm_${name}`) || undefined;
const [, , host] = document.referrer.split('/');
const visit = {
  source: utm('source'),
  medium: utm('medium'),
  tag: utm('campaign'),
  referrer: host === location.host ? undefined : host,
};

const attempt = (call) => {
  try {
    return call();
  } catch {
    // What is not there counts for nothing.
  }
};

let reports = {}; // address → what is to be told there

const send = () => {
  if (!navigator.onLine) return;
  for (const url in reports) {
    fetch(url, {
      method: 'POST',
      body: JSON.stringify(reports[url]),
      keepalive: true,
      credentials: 'omit',
      mode: 'no-cors',
      // Else a page that sends no referrer would not say which origin reports, and be refused.
      referrerPolicy: 'origin',
    }).catch(() => {});
  }
  reports = {};
};

addEventListener('pagehide', send);
document.addEventListener('visibilitychange', send);

const tell = (server, { campaign, lang }, event) => {
  // Whoever looks whether the page works is no visit.
  if (/fanfare-check/.test(location)) return;
  const url = `${server}/api/v1/campaigns/${campaign}/reach`;
  if (!reports[url]) {
    reports[url] = { ...visit, events: [] };
    setTimeout(send, GATHER);
  }
  reports[url].lang = lang || reports[url].lang;
  reports[url].events.push(event);
};

/** Counts what happens to a painted widget, and goes on when it is painted anew: each once, for each of its campaigns. */
export const watch = (widget) => {
  if (widget.look) return widget.look();
  const told = {};
  let seen;
  let dwell;

  const once = (event, of) => {
    const key = JSON.stringify([widget.boot.campaign, event, of]);
    told[key] = told[key] || !tell(widget.server, widget.boot, event);
  };

  const seenLong = () => {
    once({ event: 'shown' });
    [widget.blocked, !attempt(() => localStorage) && 'storage'].forEach((what) => what && once({ event: 'blocked', what }));
  };

  widget.look = () => {
    clearTimeout(dwell);
    if (!seen) return;
    // Once, so that of a widget that is gone nothing stays.
    document.addEventListener('visibilitychange', widget.look, { once: true });
    if (!document.hidden) dwell = setTimeout(seenLong, DWELL);
  };
  new IntersectionObserver(
    (entries) => {
      const { intersectionRatio, intersectionRect } = entries.pop();
      const now = intersectionRatio >= 0.5 || intersectionRect.height > innerHeight / 2;
      if (now !== seen) widget.look((seen = now));
    },
    { threshold: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5] },
  ).observe(widget.element);

  /** Somebody chose or typed something, or sent a form. */
  const hear = ({ target }) => {
    const form = target.closest('form.ff-form');
    if (!form) return;
    const activity = form.closest('section').dataset.ffActivity;
    const [, question] = target.name.split('q.');
    // Also of whoever was quicker than this file.
    once({ event: 'started' });
    if (question) once({ event: 'reached', activity, question });
    if (target === form) once({ event: 'finished' }, activity);
  };
  // The shadow root stays when the compiled widget takes the fragment's place.
  widget.shadow.addEventListener('input', hear, true);
  widget.shadow.addEventListener('submit', hear, true);
};

/** In the currency's smallest unit; nothing where there is no such value, or no such currency. */
const worth = (value, currency) =>
  attempt(() => {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    const units = Math.round(value * 10 ** format.resolvedOptions().maximumFractionDigits);
    return units >= 0 && units <= MOST && { value: units, currency };
  });

let warned;

/** `fanfare('convert', {value, currency, campaign})`, as a page says it. */
export const convert = (origin, { value, currency, campaign: named } = {}) => {
  const element = document.querySelector('fan-fare[campaign]');
  const campaign = named || element?.getAttribute('campaign');
  const server = new URL(element?.getAttribute('server') || origin, origin).origin;
  // Storage may be blocked: then nobody is known to have taken part.
  const won = attempt(() => !!localStorage[`fanfare:${server}:participant`]);
  if (campaign) tell(server, { campaign }, { event: 'converted', ...worth(value, currency), won });
  else if (!warned) {
    warned = true;
    console.warn('fanfare: no campaign');
  }
};
