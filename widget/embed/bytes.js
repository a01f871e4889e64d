// Bytes and hashes. All hashes are SHA-256, by WebCrypto.

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
