// One at a time, across all tabs of this origin.

import { later } from './doors.js';
import { get, set } from './participant.js';

/** Runs `run` while no other tab runs something under the same name. */
export const exclusive = async (name, run) => {
  let began = false;
  try {
    return await navigator.locks.request(name, () => {
      began = true;
      return run();
    });
  } catch (error) {
    if (began) throw error;
    // No locks in this browser, or a page that may not use them.
    const { leased } = await later();
    return leased(`${name}:lease`, get, set, run);
  }
};
