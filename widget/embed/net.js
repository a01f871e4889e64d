// Requests to the server: no cookies, and never longer than ten seconds.

const TIMEOUT = 10000;

/** Fetches and reads; throws when it takes too long. A body makes it a form post, which needs no preflight. */
export const request = async (url, body, read) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const method = body ? 'POST' : 'GET';
    return await read(await fetch(url, { method, body, credentials: 'omit', signal: stop.signal }));
  } finally {
    clearTimeout(timer);
  }
};
