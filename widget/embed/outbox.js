// The outbox: an act is kept before it is sent, and sent with the same key and body until there is a definite answer.
//
// Invariant: the key of a new lock is kept in the entry before the entry is sent, and becomes the holder's current
// key only with the receipt. So whatever is lost on the way, the server's last lock can always be opened.

import { able, lockOf, random } from './locks.js';
import { known, participant, place, read, record, remember, keys, set, write } from './participant.js';
import { request } from './net.js';
import { check, verifierKey, withKey } from './receipt.js';
import { exclusive } from './turn.js';

const LONGEST_WAIT = 60000;

const runs = new Map(); // activity → the run that empties its queue
const timers = new Map(); // activity → its next try
const flights = new Map(); // key of an entry → the `send` that waits for it
const outcomes = new Map(); // key of an entry → what came of it, for that `send`
const listeners = new Map(); // activity → callbacks for what settles later
const shown = new Map(); // activity → {rules, log}, as the page showed them

/** Remembers what a page shows of its activities: receipts are checked against it. */
export const know = (activities) => activities.forEach(({ id, rules, log }) => shown.set(id, { rules, log }));

const box = (server) => `${place(server)}out:`;

/** Entries of the outbox, oldest first; of one activity or of all. */
export const entries = (server, activity) =>
  keys(box(server))
    .map(read)
    .filter((entry) => entry && (!activity || entry.activity === activity))
    .sort((a, b) => a.at - b.at);

/** Keeps an entry. While there is one, the loader fetches this file on any page of the site, wherever the widget is. */
const keep = (server, entry) => {
  set(`${place(server)}core`, import.meta.url);
  return write(box(server) + entry.key, entry);
};

const drop = (server, entry) => {
  set(box(server) + entry.key, null);
  if (!entries(server).length) set(`${place(server)}core`, null);
};

/** The answers by question id, from form fields. */
export const answersOf = (fields) => {
  const answers = {};
  for (const [name, values] of Object.entries(fields)) {
    if (name.startsWith('q.')) answers[name.slice(2)] = [].concat(values).filter((value) => value !== '').map(String);
  }
  return answers;
};

/** Makes the body of an entry, once: from then on every try sends these bytes. */
const prepare = async (server, entry) => {
  const { activity, act, answers } = entry;
  const before = record(server, activity);
  const body = new URLSearchParams({ key: entry.key, act });
  entry.secret = entry.lock = entry.unlock = null;
  if (able()) {
    if (act === 'ballot') {
      entry.secret = random(32);
      entry.lock = await lockOf(activity, entry.secret);
      body.set('lock', entry.lock);
    }
    if (before && before.secret) body.set('unlock', (entry.unlock = before.secret));
  }
  entry.before = before && { revision: before.revision, holder: before.holder };
  for (const [id, values] of Object.entries(answers)) values.forEach((value) => body.append(`q.${id}`, value));
  body.set('participant', await exclusive(place(server), () => participant(server)));
  entry.body = body.toString();
  entry.memory = !keep(server, entry);
};

/** Posts; `null` where nothing definite came back. */
const post = async (server, { activity, body, want, lang }) => {
  const form = new URLSearchParams(body);
  form.set('reply', want);
  if (lang) form.set('lang', lang);
  try {
    return await request(`${server}/api/v1/activities/${activity}/acts`, form, async (response) => {
      const said = await response.json();
      if (response.ok) return said.receipt ? { reply: said } : null;
      const definite = response.status < 500 && ![408, 425, 429].includes(response.status);
      // Only a problem document is a refusal: a proxy's or a hotel network's page is not the server's word.
      return definite && said.slug ? { problem: said } : { wait: +response.headers.get('retry-after') || 0 };
    });
  } catch {
    return null;
  }
};

/** Keeps what an accepted act leaves behind, and checks its receipt. */
const accept = async (server, entry, reply) => {
  const { activity, act, answers, secret, lock, unlock, before, body } = entry;
  const [, origin] = /\n\n(\S+)/.exec(reply.receipt) || [];
  const act0 = {
    id: entry.key,
    act,
    answers,
    body,
    index: reply.index,
    // A withdrawal carries no number; nothing can follow it either.
    revision: reply.revision || (before ? before.revision : 0),
    holder: reply.holder,
    at: reply.at,
    receipt: secret ? withKey(reply.receipt, secret) : reply.receipt,
    secret: secret || unlock,
    token: reply.results_token,
    before,
    lock,
    unlock,
  };
  remember(server, activity, act0);
  drop(server, entry);
  const vkey = await verifierKey(server, entry.log || origin || '');
  const sent = { activity, act, answers, lock, unlock, before };
  const checks = await check({ reply, sent, rules: entry.rules, log: entry.log, vkey });
  const now = record(server, activity);
  if (now && now.id === act0.id) remember(server, activity, { ...now, checks });
  return { status: 'done', reply, checks };
};

/** One try, alone among all tabs. Returns the outcome, or how long the server asks to wait. */
const attempt = async (server, mine) => {
  let entry = read(box(server) + mine.key);
  const last = record(server, mine.activity);
  // Another tab may have sent it meanwhile: the same bytes again give the same reply.
  if (!entry && last && last.id === mine.key) entry = { ...mine, ...last, key: mine.key };
  entry = { ...(entry || mine), want: mine.want, lang: mine.lang };
  if (navigator.onLine === false) return { wait: 0 };
  if (!entry.body) await prepare(server, entry);
  let said = await post(server, entry);
  const held = record(server, entry.activity);
  if (said && said.problem && said.problem.slug === 'wrong-unlock' && held && held.secret !== entry.unlock) {
    // The lock was changed in another tab after this body was made. Refused, so the key is still unused.
    await prepare(server, entry);
    said = await post(server, entry);
  }
  if (said && said.reply) return accept(server, entry, said.reply);
  if (!said || !said.problem) return said || { wait: 0 };
  drop(server, entry);
  return { status: 'refused', problem: said.problem };
};

const tell = (activity, outcome) => [...(listeners.get(activity) || [])].forEach((call) => call(outcome));

const later = (server, entry, wait) => {
  const tries = (entry.tries || 0) + 1;
  if (read(box(server) + entry.key)) keep(server, { ...read(box(server) + entry.key), tries });
  const backoff = Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(tries, 6)) * (0.5 + Math.random() / 2);
  timers.set(entry.activity, [setTimeout(() => run(server, entry.activity), Math.max(backoff, wait * 1000)), server]);
};

/** Empties the queue of an activity in order, or stops where no definite answer comes. */
const empty = async (server, activity) => {
  clearTimeout((timers.get(activity) || [])[0]);
  timers.delete(activity);
  try {
    for (let entry; (entry = entries(server, activity)[0]); ) {
      const { key } = entry;
      const outcome = await exclusive(place(server) + activity, () => attempt(server, entry));
      if (!outcome.status) return later(server, entry, outcome.wait);
      if (flights.has(key)) outcomes.set(key, outcome);
      else tell(activity, outcome);
    }
  } finally {
    runs.delete(activity);
  }
};

const run = (server, activity) => {
  if (!runs.has(activity)) runs.set(activity, empty(server, activity));
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
export const send = async (server, activity, fields, want = 'json', lang = '') => {
  const answers = answersOf(fields);
  const act = fields.act === 'withdraw' ? 'withdraw' : 'ballot';
  const said = JSON.stringify([act, answers]);
  const queue = entries(server, activity);
  let entry = queue.find((one) => JSON.stringify([one.act, one.answers]) === said);
  if (!entry) {
    if (!runs.has(activity)) queue.filter((one) => !one.body).forEach((one) => drop(server, one));
    entry = { key: random(16), activity, act, answers, at: Date.now(), want, lang, ...shown.get(activity) };
    entry.memory = !keep(server, entry);
  }
  const { key } = entry;
  if (!flights.has(key)) flights.set(key, flight(server, entry));
  return flights.get(key);
};

/** The last accepted request again, for the fragment that belongs to it: same key, same body, nothing new happens. */
export const again = async (server, activity, want, lang) => {
  const last = record(server, activity);
  const said = last && known(server) && (await post(server, { activity, body: last.body, want, lang }));
  return said && said.reply ? { status: 'done', reply: said.reply, checks: last.checks || [] } : null;
};

/** Calls back when an act that had to wait, or was left by an earlier page, settles. Returns how to stop it. */
export const onSettled = (activity, call) => {
  if (!listeners.has(activity)) listeners.set(activity, new Set());
  listeners.get(activity).add(call);
  return () => listeners.get(activity).delete(call);
};

const servers = new Set();

/** Tries everything that waits, now. */
export const retry = () => {
  servers.forEach((server) => entries(server).forEach(({ activity }) => run(server, activity)));
};

/** Takes up what earlier pages left, and from now on tries again when the network or the visitor comes back. */
export const open = (server) => {
  if (servers.has(server)) return;
  if (!servers.size && globalThis.addEventListener) {
    addEventListener('online', retry);
    document.addEventListener('visibilitychange', () => document.hidden || retry());
  }
  servers.add(server);
  // A moment later, so that the widgets on this page can say that they listen.
  setTimeout(retry);
};
