// What this browser keeps for one page: the participant's secret, its records of own acts, its outbox.
// localStorage where the page may use it, else memory: then it lasts as long as the page.

import { random } from './bytes.js';

const memory = new Map();

/** Prefix of everything kept for a server. */
export const place = (server) => `fanfare:${server}:`;

export const get = (key) => {
  if (memory.has(key)) return memory.get(key);
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

/** Keeps a text, or forgets it (`null`). Returns whether it outlives the page. */
export const set = (key, value) => {
  memory.delete(key);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    if (value !== null) memory.set(key, value);
    return false;
  }
};

export const keys = (prefix) => {
  const all = [...memory.keys()];
  try {
    all.push(...Object.keys(localStorage));
  } catch {
    // Blocked: what there is, is in memory.
  }
  return all.filter((key) => key.startsWith(prefix));
};

export const read = (key) => {
  try {
    return JSON.parse(get(key));
  } catch {
    return null;
  }
};

export const write = (key, value) => set(key, JSON.stringify(value));

/** The participant's secret, 256 random bits, if there is one. */
export const known = (server) => get(`${place(server)}participant`);

/** The participant's secret, made now if need be. */
export const participant = (server) => {
  const secret = known(server) || random(32);
  set(`${place(server)}participant`, secret);
  return secret;
};

/** The record of the last accepted act in an activity. */
export const record = (server, activity) => read(`${place(server)}act:${activity}`);

export const remember = (server, activity, act) => write(`${place(server)}act:${activity}`, act);

export const forget = (server) => keys(place(server)).forEach((key) => set(key, null));
