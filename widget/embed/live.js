// Live results: one stream for each server, shared by all widgets, closed while nobody looks.

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
const open = (server, stream) => {
  // An activity that shows its results after voting wants the token that came with the vote.
  const name = ({ ids, token }) => ids.map((id) => (token(id) ? `${id}~${token(id)}` : id));
  const ids = [...new Set([...stream.wants].flatMap(name))].sort().join();
  if (document.hidden || !ids) return close(stream);
  if (stream.source && stream.ids === ids) return undefined;
  close(stream);
  stream.ids = ids;
  const source = new EventSource(`${server}/api/v1/live?activities=${encodeURIComponent(ids)}`);
  source.addEventListener('tally', ({ data }) => hand(stream, JSON.parse(data)));
  source.onerror = () => {
    // A dropped connection is taken up by the browser; one that was refused is not.
    if (source.readyState !== 2 || stream.source !== source) return;
    close(stream);
    stream.timer = setTimeout(() => open(server, stream), REOPEN * (0.5 + Math.random()));
  };
  stream.source = source;
  return undefined;
};

/** Several changes in one turn are one. */
const soon = (server, stream) => {
  clearTimeout(stream.timer);
  stream.timer = setTimeout(() => open(server, stream));
};

/**
 * Calls back with every newer tally of these activities, the last known at once. `token(id)` opens hidden results.
 * Returns how to stop it, and how to look again at the tokens.
 */
export const follow = (server, ids, token, call) => {
  if (!streams.size) {
    document.addEventListener('visibilitychange', () => streams.forEach((stream, url) => soon(url, stream)));
  }
  if (!streams.has(server)) streams.set(server, { wants: new Set(), seen: new Map(), ids: '' });
  const stream = streams.get(server);
  const want = { ids: [...ids], token, call };
  stream.wants.add(want);
  ids.forEach((id) => stream.seen.has(id) && call(stream.seen.get(id)));
  soon(server, stream);
  return {
    refresh: () => soon(server, stream),
    stop: () => {
      stream.wants.delete(want);
      soon(server, stream);
    },
  };
};
