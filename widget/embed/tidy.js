// A text as the server keeps it (`shared/src/text.rs`), to compare what was sent with what a receipt opens.

// What cannot be seen and acts on what is around it: control characters but LF and TAB, directions, spaces without width.
const UNSEEN = /[\0-\b\v-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** Line ends are LF, nothing unseen stands in it, no white space at its ends. */
export const tidy = (text) => text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(UNSEEN, '').trim();
