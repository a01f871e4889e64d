// A turn where the browser has no locks, or a plain-http page may not use them: a lease in storage, which runs out.

import { random } from './bytes.js';

const LEASE = 20000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Runs `run` once no other tab holds the lease of this name. */
export const leased = async (name, get, set, run) => {
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
