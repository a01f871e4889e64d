// Says how much room is left in a text: once it becomes scarce, and when the writer pauses, so that it is heard and does
// not interrupt.

import { tidy } from './tidy.js';

/** A fifth of the room is left. */
const SCARCE = 5;
const PAUSE = 500;

/** Counts in every text of a widget, whichever tier draws it. */
export const count = (shadow) => {
  let timer;
  shadow.addEventListener('input', ({ target }) => {
    const line = target.matches('textarea') && target.parentNode.querySelector('[data-ff-max]');
    if (!line) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { ffMax, ffLeft, ffOver } = line.dataset;
      const left = ffMax - [...tidy(target.value)].length;
      line.textContent = left * SCARCE > ffMax ? '' : (left < 0 ? ffOver : ffLeft).replace('{n}', Math.abs(left));
    }, PAUSE);
  });
};
