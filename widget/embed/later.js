// What is wanted only after the first paint and the first answer: receipts checked, results that move, one's rights.
// A bundle of its own, so that to see a poll and to answer it costs less. It shares no state with core.js: what it
// needs of that it is given.

export { leased } from './lease.js';
export { follow } from './live.js';
export { verify } from './receipt.js';
export { judge, moved } from './results.js';
export { answers, download, erase, exported } from './rights.js';
export { frame, upgrade } from './upgrade.js';
