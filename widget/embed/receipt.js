// Checks a receipt on arrival (protocol, section 4): signature, inclusion, the leaf against what was sent, and leaf 0
// against the rules that were shown. Everything is checked here; nothing of it is asked of the server.

import { able, bytes, digest, hash, hex } from './bytes.js';
import { lockOf } from './locks.js';
import { request } from './net.js';
import { tidy } from './tidy.js';

const STEPS = ['key', 'signature', 'inclusion', 'leaf', 'rules'];

const LEAF = new RegExp(
  [
    '^fanfare-log/v1 (ballot|entry|withdraw)',
    'activity ([a-z2-7]{26})',
    'at (0|[1-9][0-9]*)',
    'holder ([0-9a-f]{32})',
    '(?:revision ([1-9][0-9]*)\n)?(?:unlock ([0-9a-f]{64})\n)?(?:lock ([0-9a-f]{64})',
    'custody (client|server)',
    'commit ([0-9a-f]{64})\n(?:tickets ([0-9]+ [0-9]+)\nreason entry\n)?)?$',
  ].join('\n'),
);

/** Bytes of base64 in its one canonical form; throws on any other. */
const base64 = (text) => {
  const binary = atob(text);
  if (btoa(binary) !== text) throw Error('base64');
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
};

const need = (holds) => {
  if (!holds) throw Error('receipt');
};

const number = (text) => {
  need(/^(0|[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(+text));
  return +text;
};

const hash32 = (text) => {
  const data = base64(text);
  need(data.length === 32);
  return data;
};

/** The value of a line `name value`. */
const value = (line, name) => {
  need(line !== undefined && line.startsWith(`${name} `));
  return line.slice(name.length + 1);
};

const text = (data) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);

/** Reads a signed checkpoint: three lines, an empty one, signatures. */
const checkpoint = (note) => {
  const [origin, size, root, empty, ...signatures] = note.split('\n');
  need(empty === '' && signatures.length > 1 && signatures.pop() === '');
  return {
    origin,
    size: number(size),
    root: hash32(root),
    signed: `${origin}\n${size}\n${root}\n`,
    signatures: signatures.map((line) => {
      const [, name, data] = /^\u2014 (\S+) (\S+)$/.exec(line) || need();
      return { name, data: base64(data) };
    }),
  };
};

/** What a receipt says inside its unsigned `extra`. */
const inner = (data) => {
  const lines = text(data).split('\n');
  need(lines.shift() === 'fanfare-receipt/v1' && lines.pop() === '');
  const leaf = base64(value(lines.shift(), 'leaf'));
  const rules = value(lines.shift(), 'rules');
  number(value(lines.shift(), 'open-index'));
  const key = lines.length && lines[lines.length - 1].startsWith('key ') ? value(lines.pop(), 'key') : null;
  const opens = lines.map((line) => {
    const [, name, salt, data] = /^open ([a-z0-9-]{1,32}) ([0-9a-f]{64}) (\S+)$/.exec(line) || need();
    need(data !== '');
    return { name, salt, answer: data === '-' ? new Uint8Array(0) : base64(data) };
  });
  return { leaf, rules, key, opens };
};

/** Reads the text of a receipt; throws where it is none. */
export const parse = (receipt) => {
  const end = receipt.indexOf('\n\n');
  const [header, extra, index, ...path] = receipt.slice(0, end).split('\n');
  need(end > 0 && header === 'c2sp.org/tlog-proof@v1');
  return {
    ...inner(base64(value(extra, 'extra'))),
    index: number(value(index, 'index')),
    path: path.map(hash32),
    checkpoint: checkpoint(receipt.slice(end + 2)),
  };
};

/** The receipt with the key of its lock in it: the private form, complete. */
export const withKey = (receipt, key) =>
  receipt.replace(/^extra (.+)$/m, (line, extra) => {
    const said = atob(extra);
    return said.includes('\nkey ') ? line : `extra ${btoa(`${said}key ${key}\n`)}`;
  });

/** The private receipt once more, with index, path and checkpoint of another receipt of the same leaf. */
export const moved = (receipt, to) => receipt.replace(/\nindex [^]*/, '') + to.slice(to.indexOf('\nindex '));

const node = (left, right) => hash(Uint8Array.from([1, ...left, ...right]));

/** RFC 9162, 2.1.3.2. */
export const included = async (leaf, index, size, path, root) => {
  if (index >= size) return false;
  let [at, last] = [index, size - 1];
  const half = (n) => Math.floor(n / 2);
  let r = await hash(Uint8Array.from([0, ...leaf]));
  for (const p of path) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      r = await node(p, r);
      while (at && at % 2 === 0) [at, last] = [half(at), half(last)];
    } else {
      r = await node(r, p);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hex(r) === hex(root);
};

/** The verifier key of a log, as the server says it; `null` where it cannot be had. */
const verifierKey = async (server, origin) => {
  try {
    const url = `${server}/log/key?origin=${encodeURIComponent(origin)}`;
    return await request(url, null, async (reply) => (reply.ok ? (await reply.text()).trim() : null));
  } catch {
    return null;
  }
};

/** `<name>+<id>+<base64 of 01 and the key>`: its id and key, if it is consistent and this log's. */
const verifier = async (vkey, origin) => {
  const [, name, id, data] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) || need();
  const key = base64(data);
  need(name === origin && key.length === 33 && key[0] === 1);
  const whole = await hash(Uint8Array.from([...bytes(`${origin}\n`), ...key]));
  need(hex(whole).startsWith(id));
  return { id, key: key.slice(1) };
};

/** The signature by this key, among those of the note. */
const signatureBy = (note, id) =>
  note.signatures.find(({ name, data }) => name === note.origin && hex(data.slice(0, 4)) === id);

/** Whether the key signed the note; `null` where this browser cannot tell. */
const verified = async (note, { id, key }) => {
  const signature = signatureBy(note, id).data.slice(4);
  const signed = bytes(note.signed);
  let native;
  try {
    native = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  } catch (error) {
    if (error.name !== 'NotSupportedError') throw error;
    const fallback = await import('./ed25519.js').catch(() => null);
    return fallback && fallback.verify(signature, signed, key);
  }
  return crypto.subtle.verify('Ed25519', native, signature, signed);
};

/** The commitment of a ballot, from what the receipt opens. */
export const commitment = async (activity, definition, opens) => {
  let all = `fanfare-log/v1 ballot\n${activity}\n${definition}\n${opens.length}\n`;
  for (const { name, salt, answer } of opens) {
    const head = bytes(`fanfare-log/v1 answer\n${activity}\n${name}\n${salt}\n`);
    all += `${hex(await hash(Uint8Array.from([...head, ...answer])))}\n`;
  }
  return digest(all);
};

/** Whether the answers opened are those given: the same values for each question, and no question left out. */
const answered = (opens, answers) => {
  const given = { ...answers };
  for (const { name, answer } of opens) {
    const said = answer.length ? text(answer) : '';
    const values = given[name] || [];
    // Options are opened in the order of the definition; a text, which may have commas of its own, as it is kept.
    const options = said.split(',').sort();
    const same = options.length === values.length && options.join() === [...values].sort().join();
    if (!same && said !== tidy(values.join())) return false;
    delete given[name];
  }
  return Object.values(given).every((values) => !values.length);
};

/** Whether the lock is the one that was sent, and its key opens it. */
const kept = async (proof, sent, lock, custody) => {
  need(sent.lock ? lock === sent.lock && custody === 'client' : custody === 'server');
  return !proof.key || (await lockOf(sent.activity, proof.key)) === lock;
};

/** Whether an entry commits to the address that was given, or to this device where none was. */
const entered = async (activity, [{ name, salt, answer }], answers, commit) => {
  const said = text(answer);
  const given = Object.values(answers).flat().map((value) => `email:${value.trim()}`.toLowerCase());
  need(name === 'identity' && (given.includes(said.toLowerCase()) || said.startsWith('device:')));
  const head = bytes(`fanfare-log/v1 identity\n${activity}\n${salt}\n`);
  return hex(await hash(Uint8Array.from([...head, ...answer]))) === commit;
};

/** Whether the leaf says what was sent, and nothing else. */
const says = async (proof, reply, sent, definition) => {
  const [, act, activity, at, holder, revision, unlock, lock, custody, commit, tickets] =
    LEAF.exec(text(proof.leaf)) || need();
  const before = sent.before;
  need(act === sent.act && activity === sent.activity && at % 60 === 0);
  need(proof.index === reply.index && holder === reply.holder && (!before || holder === before.holder));
  need(!sent.unlock || unlock === sent.unlock);
  if (act === 'withdraw') return !!unlock && !revision && !lock;
  need(!tickets === (act !== 'entry'));
  if (tickets) {
    need(!revision && !unlock && tickets === `${reply.tickets.first} ${reply.tickets.count}`);
    return (await kept(proof, sent, lock, custody)) && entered(activity, proof.opens, sent.answers, commit);
  }
  // A first act is revision 1: a server cannot put anybody's ballot under another's tag.
  need(+revision === (before ? before.revision + 1 : 1) && +revision === reply.revision);
  need(!!unlock === +revision > 1);
  return (
    (await kept(proof, sent, lock, custody)) &&
    (await commitment(activity, definition, proof.opens)) === commit &&
    answered(proof.opens, sent.answers)
  );
};

/** Whether leaf 0 is in the same tree and is the rules that were shown; `null` where none were. */
const ruled = async (proof, reply, sent, shown, leaf0) => {
  const { origin, size, root } = proof.checkpoint;
  const said = text(leaf0);
  need(hex(await hash(leaf0)) === proof.rules && (!shown || shown === proof.rules));
  need(said.startsWith(`fanfare-log/v1 rules\nactivity ${sent.activity}\n`) && said.includes(`\nlog ${origin}\n`));
  need(await included(leaf0, 0, size, reply.leaf0_proof.map(hash32), root));
  return shown ? true : null;
};

/**
 * Checks a receipt. `reply` is the server's, `sent` is `{activity, act, answers, lock, unlock, before, definition?}`,
 * `rules` and `log` are what the page showed, `vkey` the verifier key (`null`: it could not be had).
 * Each step comes out `true`, `false`, or `null` where this browser or page cannot tell.
 */
export const check = async ({ reply, sent, rules, log, vkey }) => {
  if (!able()) return STEPS.map((step) => ({ step, ok: null }));
  let proof;
  try {
    proof = parse(reply.receipt);
  } catch {
    return STEPS.map((step) => ({ step, ok: false }));
  }
  const note = proof.checkpoint;
  let key;
  const made = {
    key: async () => {
      if (!vkey) return null;
      key = await verifier(vkey, note.origin);
      return !!signatureBy(note, key.id);
    },
    signature: async () => {
      if (!vkey) return null;
      return (!log || log === note.origin) && verified(note, key);
    },
    inclusion: () => included(proof.leaf, proof.index, note.size, proof.path, note.root),
    leaf: () => {
      const [, definition] = /\ndefinition ([0-9a-f]{64})\n/.exec(text(base64(reply.leaf0))) || need();
      return says(proof, reply, sent, sent.definition || definition);
    },
    rules: () => ruled(proof, reply, sent, rules, base64(reply.leaf0)),
  };
  const steps = [];
  for (const step of STEPS) {
    let ok = false;
    try {
      ok = await made[step]();
    } catch {
      // Whatever cannot be read does not hold.
    }
    steps.push({ step, ok });
  }
  return steps;
};

/**
 * Whether a receipt stands for the same leaf of the same rules as `own`'s, deeper in the same log: signed by the key
 * that signed that one, and included. Throws where it cannot be read.
 */
export const follows = async (own, receipt) => {
  const [was, is] = [parse(own.receipt), parse(receipt)];
  const note = is.checkpoint;
  need(hex(is.leaf) === hex(was.leaf) && is.rules === was.rules && is.index === was.index);
  need(note.origin === was.checkpoint.origin && note.size >= was.checkpoint.size);
  need(await included(is.leaf, is.index, note.size, is.path, note.root));
  return !!own.vkey && (await verified(note, await verifier(own.vkey, note.origin))) === true;
};

/**
 * Checks the receipt that came for an entry of the outbox. `pinned` is the verifier key kept from an earlier receipt;
 * without one the server is asked, and what it says is returned to be kept.
 */
export const verify = async (server, entry, reply, pinned) => {
  const { rules, log, lock, secret } = entry;
  const origin = log || (/\n\n(\S+)/.exec(reply.receipt) || [])[1];
  const vkey = pinned || (await verifierKey(server, origin));
  const checks = await check({ reply, sent: entry, rules, log, vkey });
  return { checks, vkey, receipt: lock ? withKey(reply.receipt, secret) : reply.receipt };
};
