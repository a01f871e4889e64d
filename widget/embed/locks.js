// Bytes, hashes and locks, as the protocol writes them (section 3). All hashes are SHA-256 by WebCrypto.

const encoder = new TextEncoder();

/** Whether this page may hash and verify: WebCrypto exists in secure contexts only. */
export const able = () => !!(globalThis.crypto && crypto.subtle);

export const bytes = (text) => encoder.encode(text);

export const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** `n` fresh random bytes in hex. */
export const random = (n) => hex(crypto.getRandomValues(new Uint8Array(n)));

export const hash = async (data) => new Uint8Array(await crypto.subtle.digest('SHA-256', data));

/** Hash of a text, in hex. */
export const digest = async (text) => hex(await hash(bytes(text)));

/** The lock that `key` opens in an activity. */
export const lockOf = (activity, key) => digest(`fanfare-log/v1 lock\n${activity}\n${key}\n`);

/** Bytes of base64 in its one canonical form; throws on any other. */
export const base64 = (text) => {
  const binary = atob(text);
  if (btoa(binary) !== text) throw Error('base64');
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
};
