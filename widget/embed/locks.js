// Locks, as the protocol writes them (section 3): who knows the key of an act can change or withdraw it, nobody else.

import { digest } from './bytes.js';

/** The lock that `key` opens in an activity. */
export const lockOf = (activity, key) => digest(`fanfare-log/v1 lock\n${activity}\n${key}\n`);
