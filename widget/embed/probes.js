// What does this page, in this browser, let the widget do? Each thing is tried, not read from headers: what counts is
// what the browser does. Findings are told one by one, as `{slug, effect, line, values}`: `effect` is `good`, `limits` or
// `stops`, `line` what to write where.

/** The server: whence this file came. */
const server = new URL(import.meta.url).origin;
/** Browsers tell of what they refused a moment after they did. */
const TOLD = 250;
/** How long the first paint and the compiled widget may take to come. */
const PAINTED = 5000;
const COMPILED = 10000;
/** Pixels around the view in which a widget starts, as the loader has it. */
const NEAR = 600;
/** WebAssembly's shortest program. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

const refusals = []; // what the browser refused, as it tells it: {effectiveDirective, originalPolicy, disposition}
const hear = (refusal) => refusal.disposition === 'enforce' && refusals.push(refusal);
document.addEventListener('securitypolicyviolation', hear);
try {
  const types = ['csp-violation'];
  new ReportingObserver((all) => all.forEach(({ body }) => hear(body)), { types, buffered: true }).observe();
} catch {
  // Not every browser keeps what was before this file.
}

const told = () => new Promise((done) => setTimeout(done, TOLD));

/** A directive as the page's owner writes it: what it says now, and more. A policy's own nonces are for one visit. */
export const directive = (name, policy, ...more) => {
  const rules = {};
  for (const rule of policy.split(';')) {
    const [key, ...sources] = rule.trim().split(/\s+/);
    // The first of a name counts.
    rules[key.toLowerCase()] ??= sources;
  }
  const now = (rules[name] || (name.endsWith('-src') && rules['default-src']) || []).filter((one) => one !== "'none'");
  const sources = new Set([...now.map((one) => one.replace(/^'nonce-.*/, "'nonce-…'")), ...more]);
  return `${name} ${[...sources].join(' ')};`;
};

/** What to write for the newest refusal under one of these directives; without one, what is to be there at least. */
const line = ([name, ...others], ...more) => {
  const is = ({ effectiveDirective }) => [name, ...others].includes(effectiveDirective);
  return directive(name, refusals.findLast(is)?.originalPolicy || '', ...more);
};
const refused = (...names) => refusals.some(({ effectiveDirective }) => names.includes(effectiveDirective));

const attempt = (call) => {
  try {
    call();
    return true;
  } catch {
    return false;
  }
};

const finding = (slug, effect, more) => ({ slug, effect, ...more });

/** Where the widget stands. */
const place = (elements) => {
  if (!elements.length) {
    return finding('place', 'stops', { line: '<fan-fare campaign="…"></fan-fare>' });
  }
  const hidden = elements.find((one) => !one.getClientRects().length);
  return hidden ? finding('hidden', 'stops') : finding('place', 'good');
};

/** The campaign as the server tells it; without it, why not. */
const ask = async (campaign) => {
  let reply;
  const values = { server, campaign };
  try {
    const url = `${server}/api/v1/campaigns/${encodeURIComponent(campaign)}`;
    reply = await fetch(url, { credentials: 'omit', cache: 'no-store' });
    if (reply.ok) return { boot: await reply.json(), told: finding('server', 'good', { values }) };
  } catch {
    await told();
    if (refused('connect-src')) {
      return { told: finding('connect', 'stops', { values, line: line(['connect-src'], server) }) };
    }
  }
  const slug = reply && reply.status === 404 ? 'campaign' : 'server';
  return { told: finding(slug, 'stops', { values }) };
};

/** Whether answers from this page are taken: what it reports is passed over where they are not. */
const origin = async ({ campaign }) => {
  const url = `${server}/api/v1/campaigns/${campaign}/reach`;
  const body = '{"events":[]}';
  const reply = await fetch(url, { method: 'POST', body, credentials: 'omit' }).catch(() => ({}));
  // In a sandbox a page has no origin, whatever its address says.
  if (self.origin === 'null') return finding('sandbox', 'stops');
  return finding('origin', reply.status === 202 ? 'stops' : 'good', { values: { origin: self.origin } });
};

/** The files that come after the loader. */
const files = async ({ assets }) => {
  try {
    await import(assets.core);
    return finding('files', 'good');
  } catch {
    await told();
    const policy = refused('script-src-elem', 'script-src');
    const more = policy && { line: line(['script-src', 'script-src-elem'], server, "'wasm-unsafe-eval'") };
    return finding(policy ? 'script' : 'files', 'stops', { values: { server }, ...more });
  }
};

/** The element says how far it came: whether it came to one of these tiers in time. */
const arrives = (element, tiers, time) =>
  new Promise((done) => {
    const there = () => tiers.includes(element.dataset.tier);
    const over = () => {
      watch.disconnect();
      clearTimeout(timer);
      done(there());
    };
    const look = () => there() && over();
    const watch = new MutationObserver(look);
    const timer = setTimeout(over, time);
    watch.observe(element, { attributes: true });
    look();
  });

const near = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return top < innerHeight + NEAR && bottom > -NEAR;
};

/** Markup from strings: of the widget's own policy, or in a frame instead. */
const markup = async (elements) => {
  const all = await Promise.all(elements.filter(near).map((one) => arrives(one, ['2', '3', 'frame'], PAINTED)));
  if (!all.every(Boolean)) return finding('paint', 'stops');
  const framed = elements.find((one) => one.dataset.tier === 'frame');
  if (!framed) return finding('markup', 'good');
  // Once more, for the browser to say what forbids it.
  attempt(() => trustedTypes.createPolicy('fanfare', {}));
  await told();
  const more = { line: line(['trusted-types'], 'fanfare') };
  if (refused('frame-src', 'child-src')) return finding('frame', 'stops', more);
  return finding('markup', 'limits', more);
};

/** Where no code may be compiled: what forbids it. */
const uncompiled = async () => {
  if (window.WebAssembly && attempt(() => new WebAssembly.Module(EMPTY))) return null;
  await told();
  const policy = refused('script-src');
  return finding(policy ? 'wasm' : 'compiles', 'limits', policy && { line: line(['script-src'], "'wasm-unsafe-eval'") });
};

/** What only the compiled widget has. */
const compiled = async (elements, { assets }) => {
  const { connection } = navigator;
  if (!assets.wasm) return finding('compiled', 'limits');
  const forbidden = await uncompiled();
  if (forbidden) return forbidden;
  if (!attempt(() => (document.createElement('template').innerHTML = ' '))) return finding('typed', 'limits');
  if (connection && connection.saveData) return finding('saving', 'limits');
  const painted = elements.filter(({ dataset }) => dataset.tier);
  const chosen = (one) => one.getAttribute('tier') === '2';
  if (painted.length && painted.every(chosen)) return finding('chosen', 'limits');
  const waits = painted.filter((one) => !chosen(one));
  if (!waits.length) return finding('far', 'good');
  const all = await Promise.all(waits.map((one) => arrives(one, ['3'], COMPILED)));
  return finding('compiled', all.every(Boolean) ? 'good' : 'limits');
};

const stored = () =>
  attempt(() => {
    localStorage.setItem('fanfare:check', '1');
    localStorage.removeItem('fanfare:check');
  });

/** Everything, in the order in which it is needed: nothing is looked at behind what stops the rest. */
export async function* examine() {
  const ours = (one) => new URL(one.getAttribute('server') || server, server).origin === server;
  const elements = [...document.querySelectorAll('fan-fare[campaign]')].filter(ours);
  yield place(elements);
  const campaigns = new Set(elements.map((one) => one.getAttribute('campaign')));
  for (const campaign of campaigns) {
    const { boot, told } = await ask(campaign);
    yield told;
    if (!boot) {
      // Named at once, so that the policy is mended once.
      const forbidden = await uncompiled();
      if (forbidden) yield forbidden;
      continue;
    }
    yield await origin(boot);
    const needed = await files(boot);
    yield needed;
    if (needed.effect !== 'good') continue;
    const own = elements.filter((one) => one.getAttribute('campaign') === campaign);
    const how = await markup(own);
    yield how;
    if (how.effect === 'good') yield await compiled(own, boot);
  }
  yield finding('storage', stored() ? 'good' : 'limits');
  yield finding('secure', isSecureContext ? 'good' : 'limits');
}
