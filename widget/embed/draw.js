/**
 * The page of a draw comes alive: it counts down to its round, looks again when the round is out, and lets the slots
 * fill one by one. Without it everything is there on the next visit.
 */

/** How often to look for what was announced, once it is due, in milliseconds. */
const LOOK_AGAIN = 2000;
/** Between one slot and the next, in milliseconds. */
const BEAT = 900;

const page = () => document.querySelector('.ff-draw');
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

const two = (n) => String(n).padStart(2, '0');

/** "2:04:09", "04:09": what is left until a moment in seconds. */
function left(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
}

/** The page as the server has it now, if it stands elsewhere than this one. */
async function next(stage) {
  const answer = await fetch(location.href, { cache: 'no-store' });
  if (!answer.ok) return null;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.ff-draw');
  return fresh && fresh.dataset.stage !== stage ? fresh : null;
}

/** Slots appear one after the other; whoever wants no motion sees them at once. */
function reveal(drawn) {
  const slots = [...drawn.querySelectorAll('.ff-slots > li')];
  drawn.querySelector('.ff-slots')?.setAttribute('aria-live', 'polite');
  if (calm()) return;
  for (const [n, slot] of slots.entries()) {
    slot.hidden = true;
    setTimeout(() => {
      slot.hidden = false;
      slot.classList.add('ff-fresh');
    }, BEAT * (n + 1));
  }
}

function share() {
  const button = document.querySelector('[data-ff-share]');
  if (!button || !(navigator.share || navigator.clipboard)) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const url = button.dataset.ffShare;
    try {
      if (navigator.share) await navigator.share({ title: document.title, url });
      else {
        await navigator.clipboard.writeText(url);
        button.textContent = button.dataset.ffCopied;
      }
    } catch {
      // Whoever changes their mind has shared nothing.
    }
  });
}

function count(root) {
  const [figure, from] = [root.querySelector('[data-ff-left]'), root.querySelector('[data-ff-countdown]')];
  const due = Number(root.dataset.due);
  if (!figure || !from) return;
  const tick = () => {
    const seconds = Math.ceil(due - Date.now() / 1000);
    figure.textContent = seconds > 0 ? left(seconds) : from.dataset.now;
    return seconds;
  };
  const step = async () => {
    if (!root.isConnected) return;
    const seconds = tick();
    // The sealed list appears before the draw: worth a look while the round is far.
    const look = seconds <= 0 || (root.dataset.stage === 'open' && seconds % 30 === 0);
    const fresh = look ? await next(root.dataset.stage).catch(() => null) : null;
    if (fresh) {
      root.replaceWith(fresh);
      if (fresh.dataset.stage === 'drawn') reveal(fresh);
      start(fresh);
    } else {
      setTimeout(step, seconds > 0 ? 1000 : LOOK_AGAIN);
    }
  };
  step();
}

function start(root) {
  if (root.dataset.stage !== 'drawn') count(root);
}

share();
const root = page();
if (root) start(root);
