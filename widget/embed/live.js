// Live results: one stream for each server, shared by all widgets, closed while nobody looks.

import { record } from './participant.js';

const REOPEN = 10000;

const streams = new Map(); // server → {wants, source, ids, seen, timer}

const close = (stream) => {
  clearTimeout(stream.timer);
  if (stream.source) stream.source.close();
  stream.source = null;
  stream.ids = '';
};

const hand = (stream, tally) => {
  stream.seen.set(tally.activity, tally);
  stream.wants.forEach(({ ids, call }) => ids.includes(tally.activity) && call(tally));
};

/** Opens what is wanted, if it is not open already. */
const follow = (server) => {
  const stream = streams.get(server);
  const wanted = new Set([...stream.wants].flatMap(({ ids }) => ids));
  // Results that are shown after voting want the token that came with the vote.
  const token = (id) => (record(server, id) || {}).token;
  const ids = [...wanted].sort().map((id) => (token(id) ? `${id}~${token(id)}` : id));
  if (document.hidden || !ids.length) return close(stream);
  if (stream.source && stream.ids === ids.join()) return undefined;
  close(stream);
  stream.ids = ids.join();
  stream.source = new EventSource(`${server}/api/v1/live?activities=${encodeURIComponent(stream.ids)}`);
  stream.source.addEventListener('tally', ({ data }) => hand(stream, JSON.parse(data)));
  stream.source.onerror = () => {
    // A dropped connection is taken up by the browser; one that was refused is not.
    if (stream.source && stream.source.readyState === 2) {
      close(stream);
      stream.timer = setTimeout(() => follow(server), REOPEN * (0.5 + Math.random()));
    }
  };
  return undefined;
};

/** Follows the set as it changes; several changes in one turn are one. */
export const refresh = (server) => {
  const stream = streams.get(server);
  if (!stream) return;
  clearTimeout(stream.timer);
  stream.timer = setTimeout(() => follow(server));
};

/** Calls back with every newer tally of these activities, the last known at once. Returns how to stop it. */
export const live = (server, ids, call) => {
  if (!streams.size) document.addEventListener('visibilitychange', () => [...streams.keys()].forEach(refresh));
  if (!streams.has(server)) streams.set(server, { wants: new Set(), seen: new Map(), ids: '' });
  const stream = streams.get(server);
  const want = { ids: [...ids], call };
  stream.wants.add(want);
  ids.forEach((id) => stream.seen.has(id) && call(stream.seen.get(id)));
  refresh(server);
  return () => {
    stream.wants.delete(want);
    refresh(server);
  };
};
