// An honest little server in memory, which keeps the protocol's rules of locks and signs what it says, and a network
// and a browser around it that can be told to fail.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const b64 = (data) => Buffer.from(data).toString('base64');
const leafHash = (leaf) => sha([0], leaf);
const split = (n) => 2 ** Math.floor(Math.log2(n - 1));
const root = (hashes) =>
  hashes.length === 1
    ? hashes[0]
    : sha([1], root(hashes.slice(0, split(hashes.length))), root(hashes.slice(split(hashes.length))));
const path = (hashes, at) => {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return at < k
    ? [...path(hashes.slice(0, k), at), root(hashes.slice(k))]
    : [...path(hashes.slice(k), at - k), root(hashes.slice(0, k))];
};

export const ACTIVITY = 'svxf4gt2yvqr2g2edjnppks6ky';
export const URL_OF = 'https://poll.example';
export const ORIGIN = `poll.example/log/a/${ACTIVITY}`;

export class Server {
  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.key = privateKey;
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    this.signer = Buffer.concat([[1], raw].map((part) => Buffer.from(part)));
    this.id = sha(`${ORIGIN}\n`, this.signer).subarray(0, 4);
    this.definition = sha('definition').toString('hex');
    const rules =
      `fanfare-log/v1 rules\nactivity ${ACTIVITY}\nat 0\nlog ${ORIGIN}\nregistry poll.example/log/registry/b\n` +
      `kind poll\nopens 0\ncloses 0\ndefinition ${this.definition}\nterms ${this.definition}\nopen close\n` +
      'results always\nwitness-policy none\n';
    this.leaves = [rules];
    this.rules = sha(rules).toString('hex');
    this.holders = new Map(); // participant → {holder, revision, lock, custody}
    this.replies = new Map(); // key → {body, reply}
    this.posts = []; // bodies as they arrived
    this.faults = []; // one for each of the next requests: 'lost' | 'cut' | a status | a `Response`'s options
  }

  activities() {
    return [{ id: ACTIVITY, rules: this.rules, log: ORIGIN }];
  }

  get vkey() {
    return `${ORIGIN}+${this.id.toString('hex')}+${b64(this.signer)}`;
  }

  /** As `fetch` sees it: the request may be lost before it arrives, or its reply after. */
  fetch = async (url, { method = 'GET', body } = {}) => {
    const [, index] = /\/receipts\/(\d+)$/.exec(url) || [];
    if (index) return new Response(this.receipt(+index, []));
    if (method === 'GET') return new Response(`${this.vkey}\n`);
    const fault = this.faults.shift();
    if (fault === 'lost') throw new TypeError('fetch failed');
    if (typeof fault === 'number') return new Response('{"slug":"busy"}', { status: fault });
    if (fault && fault.status) return new Response('{"slug":"rate-limited"}', fault);
    const said = this.act(String(body));
    if (fault === 'cut') throw new TypeError('fetch failed');
    return new Response(JSON.stringify(said), { status: said.slug ? said.status : 201 });
  };

  act(text) {
    const form = new URLSearchParams(text);
    ['reply', 'lang'].forEach((name) => form.delete(name));
    this.posts.push(String(form));
    const key = form.get('key');
    const before = this.replies.get(key);
    if (before) return before.body === String(form) ? before.reply : { slug: 'key-reused', status: 422 };
    const said = this.append(form);
    if (!said.slug) this.replies.set(key, { body: String(form), reply: said });
    return said;
  }

  append(form) {
    const who = this.holders.get(form.get('participant'));
    const unlock = form.get('unlock') || (who && who.custody === 'server' ? who.secret : null);
    if (this.closed) return { slug: 'closed', status: 409 };
    if (who && sha(`fanfare-log/v1 lock\n${ACTIVITY}\n${unlock}\n`).toString('hex') !== who.lock) {
      return { slug: 'wrong-unlock', status: 422 };
    }
    if (!who && form.get('act') === 'withdraw') return { slug: 'nothing-to-withdraw', status: 409 };
    const holder = who ? who.holder : sha(String(this.leaves.length), 'holder').toString('hex').slice(0, 32);
    const index = this.leaves.length;
    const head = (type) => `fanfare-log/v1 ${type}\nactivity ${ACTIVITY}\nat ${index * 60}\nholder ${holder}\n`;
    if (form.get('act') === 'withdraw') {
      this.holders.delete(form.get('participant'));
      this.leaves.push(`${head('withdraw')}unlock ${unlock}\n`);
      return this.reply({ form, holder, index, act: 'withdraw', revision: 0, opens: [] });
    }
    const revision = who ? who.revision + 1 : 1;
    const salt = sha('salt', String(index)).toString('hex');
    const answer = form.getAll('q.gusto').join(',');
    const c = sha(`fanfare-log/v1 answer\n${ACTIVITY}\ngusto\n${salt}\n${answer}`).toString('hex');
    const commit = sha(`fanfare-log/v1 ballot\n${ACTIVITY}\n${this.definition}\n1\n${c}\n`).toString('hex');
    const secret = form.get('lock') ? null : sha('secret', String(index)).toString('hex');
    const lock = form.get('lock') || sha(`fanfare-log/v1 lock\n${ACTIVITY}\n${secret}\n`).toString('hex');
    const custody = secret ? 'server' : 'client';
    const opened = unlock && who ? `unlock ${unlock}\n` : '';
    this.leaves.push(
      `${head('ballot')}revision ${revision}\n${opened}lock ${lock}\ncustody ${custody}\ncommit ${commit}\n`,
    );
    this.holders.set(form.get('participant'), { holder, revision, lock, custody, secret });
    const opens = [`open gusto ${salt} ${answer ? b64(answer) : '-'}`];
    return this.reply({ form, holder, index, act: 'ballot', revision, opens });
  }

  /** A receipt under the tree as it is now. */
  receipt(index, opens) {
    const hashes = this.leaves.map(leafHash);
    const body = `${ORIGIN}\n${hashes.length}\n${b64(root(hashes))}\n`;
    const signature = b64(Buffer.concat([this.id, sign(null, Buffer.from(body), this.key)]));
    const said = [
      'fanfare-receipt/v1',
      `leaf ${b64(this.leaves[index])}`,
      `rules ${this.rules}`,
      'open-index 1',
      ...opens,
    ];
    const extra = b64(said.map((line) => `${line}\n`).join(''));
    const proof = path(hashes, index).map((hash) => `${b64(hash)}\n`).join('');
    return `c2sp.org/tlog-proof@v1\nextra ${extra}\nindex ${index}\n${proof}\n${body}\n\u2014 ${ORIGIN} ${signature}\n`;
  }

  reply({ form, holder, index, act, revision, opens }) {
    return {
      ...{ activity: ACTIVITY, act, index, holder, revision, at: index * 60, participant: form.get('participant') },
      receipt: this.receipt(index, opens),
      leaf0: b64(this.leaves[0]),
      leaf0_proof: path(this.leaves.map(leafHash), 0).map(b64),
      results_token: 'token',
      html: `<section>${index}</section>`,
    };
  }
}

/** A storage as browsers have it: own names can be listed, methods cannot. */
export class Storage {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, value) {
    this[key] = String(value);
  }

  removeItem(key) {
    delete this[key];
  }
}

/** Locks as browsers have them, one line for each name. */
export const locks = () => {
  const lines = new Map();
  return {
    request: (name, run) => {
      const mine = (lines.get(name) || Promise.resolve()).then(run);
      lines.set(name, mine.catch(() => {}));
      return mine;
    },
  };
};

/** Sets the browser's globals. Timers of the outbox are collected, not waited for. */
export const browse = (server, { storage = new Storage(), tabs = true } = {}) => {
  const late = [];
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  define('localStorage', storage);
  define('navigator', { onLine: true, ...(tabs ? { locks: locks() } : {}) });
  define('document', { hidden: false, addEventListener: () => {} });
  define('addEventListener', () => {});
  define('fetch', server.fetch);
  return { storage, late };
};

let tabs = 0;

/** The outbox as another tab, or the next page, loads it: with nothing in its memory. */
export const tab = () => import(`../outbox.js?tab=${(tabs += 1)}`);
