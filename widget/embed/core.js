// The one owner of keys, storage, outbox and posting. The loader fetches it when it is first needed; the compiled
// widget is handed its exports. Invariant: nothing outside this module and what it imports touches storage or sends, but
// what counts visits (measure.js): that looks whether there is a participant, and keeps nothing.

import { live as follow } from './doors.js';
import { entries } from './outbox.js';

export { answers, download, erase, exported as export, frame } from './doors.js';
export { attach, press, submit } from './fragment.js';
export { know, onSettled, open, retry, send } from './outbox.js';
export { forget, remember as keep, record as mine } from './participant.js';

/** Calls back with every newer tally of these activities, the last known at once. Returns how to stop. */
export const live = (server, ids, call) => follow(server, ids, (tally) => call(tally)).stop;

/** The newest act that waits in the outbox. */
export const pending = (server, activity) => entries(server, activity).pop() || null;
