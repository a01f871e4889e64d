// One at a time, across all tabs of this origin.

import { random } from './bytes.js';
import { get, set } from './participant.js';

const LEASE = 20000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Where the browser has no locks (or a plain-http page may not use them): a lease in storage, which runs out. */
const leased = async (name, run) => {
  const me = random(8);
  for (;;) {
    const [who, until] = (get(name) || ' ').split(' ');
    if (!who || +until < Date.now()) {
      set(name, `${me} ${Date.now() + LEASE}`);
      await pause(30 + Math.random() * 30);
      // Two tabs may have written at once: the later one has it.
      if ((get(name) || '').startsWith(me)) break;
    }
    await pause(100 + Math.random() * 100);
  }
  try {
    return await run();
  } finally {
    set(name, null);
  }
};

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
    return leased(`${name}:lease`, run);
  }
};
