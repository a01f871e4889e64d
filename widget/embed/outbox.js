// The outbox: an act is kept before it is sent, and sent with the same key and body until there is a definite answer.
//
// Invariant: the key of a new lock is kept in the entry before the entry is sent, and becomes the holder's current
// key only with the receipt. So whatever is lost on the way, the server's last lock can always be opened.

import { able, random } from './bytes.js';
import { later } from './doors.js';
import { lockOf } from './locks.js';
import { request } from './net.js';
import { get, keys, known, participant, place, read, record, remember, set, write } from './participant.js';
import { exclusive } from './turn.js';

const LONGEST_WAIT = 60000;

const runs = new Map(); // activity → the run that empties its queue
const timers = new Map(); // activity → its next try
const flights = new Map(); // key of an entry → the `send` that waits for it
const outcomes = new Map(); // key of an entry → what came of it, for that `send`
const listeners = new Map(); // activity → callbacks for what settles later
const shown = new Map(); // activity → {rules, definition, log}, as the page showed them

/** Remembers what a page shows of its activities: receipts are checked against it. */
export const know = (activities) => activities.forEach(({ id, rules, definition, log }) => shown.set(id, { rules, definition, log }));

const slot = (server, key) => `${place(server)}out:${key}`;

/** Entries of the outbox, oldest first; of one activity or of all. */
export const entries = (server, activity) =>
  keys(slot(server, ''))
    .map(read)
    .filter((entry) => entry && (!activity || entry.activity === activity))
    .sort((a, b) => a.at - b.at);

/** Keeps an entry. While there is one, the loader fetches this file on any page of the site, wherever the widget is. */
const keep = (server, entry) => {
  set(`${place(server)}core`, import.meta.url);
  entry.memory = false;
  if (write(slot(server, entry.key), entry)) return;
  // Who reads it there has to know as well that it does not outlive the page.
  entry.memory = true;
  write(slot(server, entry.key), entry);
};

const drop = (server, { key }) => {
  set(slot(server, key), null);
  if (!entries(server).length) set(`${place(server)}core`, null);
};

/** The answers by question id, from form fields. */
const answersOf = (fields) => {
  const answers = {};
  for (const [name, values] of Object.entries(fields)) {
    if (name.startsWith('q.')) answers[name.slice(2)] = [].concat(values).map(String).filter((value) => value);
  }
  return answers;
};

/** Makes the body of an entry, once: from then on every try sends these bytes. */
const prepare = async (server, entry) => {
  const { activity, act, answers } = entry;
  const last = record(server, activity);
  // After a withdrawal nothing is left to change: whoever answers again begins anew.
  const before = last && last.act !== 'withdraw' ? last : null;
  const secret = await exclusive(place(server), () => participant(server));
  const body = new URLSearchParams({ key: entry.key, act, participant: secret });
  for (const [id, values] of Object.entries(answers)) values.forEach((value) => body.append(`q.${id}`, value));
  entry.secret = entry.lock = entry.unlock = null;
  if (able()) {
    if (act !== 'withdraw') {
      entry.secret = random(32);
      entry.lock = await lockOf(activity, entry.secret);
      body.append('lock', entry.lock);
    }
    entry.unlock = before && before.secret;
    if (entry.unlock) body.append('unlock', entry.unlock);
  }
  entry.before = before && { revision: before.revision, holder: before.holder };
  entry.body = `${body}`;
  keep(server, entry);
};

/** Posts. Returns the reply, the problem, or how long the server asks to wait where nothing definite came back. */
const post = async (server, { activity, body, want, lang }) => {
  try {
    const url = `${server}/api/v1/activities/${activity}/acts`;
    return await request(url, new URLSearchParams(`${body}&reply=${want}&lang=${lang}`), async (response) => {
      const said = await response.json();
      if (response.ok && said.receipt) return { reply: said };
      const again = response.status > 499 || [408, 425, 429].includes(response.status);
      // Only a problem document is a refusal: a proxy's or a hotel network's page is not the server's word.
      return !again && said.slug ? { problem: said } : { wait: +response.headers.get('retry-after') || 0 };
    });
  } catch {
    return { wait: 0 };
  }
};

/** Keeps what an accepted act leaves behind, and has its receipt checked. */
const accept = async (server, entry, reply) => {
  const { key, activity } = entry;
  const { index, revision, holder, at, receipt, results_token: token } = reply;
  const secret = entry.secret || entry.unlock;
  const own = { ...entry, id: key, index, revision, holder, at, receipt, token, secret, checks: [] };
  remember(server, activity, own);
  drop(server, entry);
  try {
    const { verify } = await later();
    const pin = `${place(server)}vkey:${entry.log}`;
    Object.assign(own, await verify(server, entry, reply, get(pin)));
    if (own.vkey) set(pin, own.vkey);
    if (record(server, activity).id === key) remember(server, activity, own);
  } catch {
    // Not checked: the page says so, and the receipt is kept.
  }
  return { status: 'done', reply, checks: own.checks };
};

/** One try, alone among all tabs. `bold`: even where the browser believes that there is no network. */
const attempt = async (server, mine, bold) => {
  const kept = read(slot(server, mine.key));
  const last = record(server, mine.activity);
  // Another tab may have sent it meanwhile: the same bytes again give the same reply.
  const entry = kept || (last && last.id === mine.key ? { ...mine, ...last } : mine);
  if (navigator.onLine === false && !bold) return { wait: 0 };
  if (!entry.body) await prepare(server, entry);
  let said = await post(server, entry);
  const now = (record(server, entry.activity) || {}).secret;
  if (said.problem && said.problem.slug === 'wrong-unlock' && now !== entry.unlock) {
    // The lock was changed by another tab after this body was made. It was refused: its key is still unused.
    await prepare(server, entry);
    said = await post(server, entry);
  }
  if (said.reply) return accept(server, entry, said.reply);
  if (!said.problem) return said;
  drop(server, entry);
  return { status: 'refused', problem: said.problem };
};

const wait = (server, { key, activity }, seconds) => {
  const entry = read(slot(server, key));
  const tries = entry ? (entry.tries || 0) + 1 : 1;
  if (entry) keep(server, { ...entry, tries });
  const backoff = Math.min(LONGEST_WAIT, 1000 * 2 ** tries) * (0.5 + Math.random() / 2);
  timers.set(activity, setTimeout(() => run(server, activity), Math.max(backoff, seconds * 1000)));
};

/** Empties the queue of an activity in order, or stops where no definite answer comes. */
const empty = async (server, activity, bold) => {
  clearTimeout(timers.get(activity));
  try {
    for (let entry; (entry = entries(server, activity)[0]); ) {
      const { key } = entry;
      const outcome = await exclusive(place(server) + activity, () => attempt(server, entry, bold));
      if (!outcome.status) return wait(server, entry, outcome.wait);
      if (flights.has(key)) outcomes.set(key, outcome);
      else (listeners.get(activity) || []).forEach((call) => call(outcome));
    }
  } finally {
    runs.delete(activity);
  }
  return undefined;
};

const run = (server, activity, bold) => {
  if (!runs.has(activity)) runs.set(activity, empty(server, activity, bold));
  return runs.get(activity);
};

const flight = async (server, { key, activity, memory }) => {
  try {
    await run(server, activity);
    return outcomes.get(key) || { status: 'waiting', memory };
  } finally {
    flights.delete(key);
    outcomes.delete(key);
  }
};

/**
 * Sends an act. `fields` are those of its form: `{act, "q.<question>": [values]}`.
 * The same act twice is one act; an act that was never sent gives way to a newer one.
 */
export const send = (server, activity, fields, want = 'json', lang = '') => {
  const { act } = fields;
  const answers = answersOf(fields);
  const said = JSON.stringify([act, answers]);
  const queue = entries(server, activity);
  let entry = queue.find((one) => JSON.stringify([one.act, one.answers]) === said);
  if (!entry) {
    if (!runs.has(activity)) queue.filter((one) => !one.body).forEach((one) => drop(server, one));
    entry = { key: random(16), activity, act, answers, at: Date.now(), want, lang, ...shown.get(activity) };
    keep(server, entry);
  }
  const { key } = entry;
  if (!flights.has(key)) flights.set(key, flight(server, entry));
  return flights.get(key);
};

/** The last accepted request again, for the fragment that belongs to it: same key, same body, nothing new happens. */
export const again = async (server, activity, want, lang) => {
  const last = record(server, activity);
  const { reply } = last && known(server) ? await post(server, { activity, body: last.body, want, lang }) : {};
  return reply && { status: 'done', reply, checks: last.checks };
};

/** Calls back when an act that had to wait, or was left by an earlier page, settles. Returns how to stop it. */
export const onSettled = (activity, call) => {
  const calls = listeners.get(activity) || new Set();
  listeners.set(activity, calls.add(call));
  return () => calls.delete(call);
};

const servers = new Set();

const tryAll = (bold) =>
  Promise.all([...servers].flatMap((server) => entries(server).map(({ activity }) => run(server, activity, bold))));

/** Tries everything that waits, now. */
export const retry = () => tryAll(true);

/** Takes up what earlier pages left, and from now on tries again when the network or the visitor comes back. */
export const open = (server) => {
  if (servers.has(server)) return;
  if (!servers.size) {
    addEventListener('online', retry);
    document.addEventListener('visibilitychange', () => document.hidden || tryAll());
  }
  servers.add(server);
  // A moment later, so that the widgets on this page can say that they listen.
  setTimeout(tryAll);
};
