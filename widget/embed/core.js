// The one owner of keys, storage, outbox and posting. The loader fetches it when it is first needed; the compiled
// widget is handed its exports. Invariant: nothing outside this module and what it imports touches storage or sends.

import { entries } from './outbox.js';
import { record } from './participant.js';

export { attach, detach, press, restore, submit } from './fragment.js';
export { live } from './live.js';
export { know, onSettled, open, retry, send } from './outbox.js';
export { forget } from './participant.js';
export { answers, download, erase, exported as export } from './rights.js';

/** The last accepted act in an activity, as this browser keeps it. */
export const mine = (server, activity) => {
  const own = record(server, activity);
  if (!own) return null;
  const { act, answers, index, revision, at, receipt, checks = [] } = own;
  return { act, answers, index, revision, at, receipt, checks };
};

/** The newest act that waits in the outbox. */
export const pending = (server, activity) => {
  const last = entries(server, activity).pop();
  return last ? { act: last.act, answers: last.answers, memory: !!last.memory } : null;
};
