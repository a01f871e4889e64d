// What moves in a section that stands: numbers and bars, and the verdict over a receipt.

import { texts } from './upgrade.js';

const VERDICTS = { checked: 'receipt.checked', failed: 'receipt.failed', partly: 'receipt.unchecked' };

const say = (element, text) => {
  // Unchanged text is not touched: a screen reader would read it again.
  if (element && text !== undefined && element.textContent !== text) element.textContent = text;
};

const average = ({ options, answered }) => options.reduce((sum, { id, count }) => sum + id * count, 0) / answered;

/** Moves the bars and numbers of a section to a tally. */
const show = (section, tally, { lang, words }) => {
  const number = (n, digits = 0) =>
    new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
  const answers = (element, n) => {
    const sentence = words[n === 1 ? 'answers.one' : 'answers.other'];
    say(element, sentence && sentence.replace('{n}', number(n)));
  };
  section.querySelectorAll('[data-ff-ballots]').forEach((element) => answers(element, tally.ballots));
  tally.questions.forEach((question) => {
    const results = section.querySelector(`[data-ff-results="${question.id}"]`);
    if (!results) return;
    const { answered } = question;
    // What is answered in words has no bars.
    if (!question.options.length) answers(results.querySelector('span'), answered);
    else if (answered) say(results.querySelector('.ff-figure b'), number(average(question), 1));
    question.options.forEach(({ id, count }) => {
      const row = results.querySelector(`[data-ff-option="${id}"]`);
      if (!row) return;
      // Rounded half up, in whole numbers, as the server does.
      const percent = `${answered ? Math.floor((count * 200 + answered) / (answered * 2)) : 0}%`;
      row.querySelector('rect').setAttribute('width', percent);
      const figure = row.querySelector('strong');
      say(figure, percent);
      say(figure.parentNode.querySelector('small'), number(count));
    });
  });
};

/** A newer tally of an activity of the fragment. */
export const moved = (widget, tally) => {
  const section = widget.root.querySelector(`[data-ff-activity="${tally.activity}"]`);
  if (!section) return;
  show(section, tally, widget.boot);
  // It opened or closed: the fragment is of the past. Asked once only, for a cache may not know it yet.
  const then = widget.boot.activities.find(({ id }) => id === tally.activity);
  const now = tally.activity + tally.state;
  if (then.state === tally.state || widget.now === now || widget.touched || widget.busy) return;
  widget.now = now;
  widget.load('no-cache');
};

/** Shows what the check of a receipt found; the steps too, where their words can be had. */
export const judge = async (section, checks, { assets, words }) => {
  const receipt = section.querySelector('[data-ff-receipt]');
  if (!receipt) return;
  const any = (wanted) => checks.some(({ ok }) => ok === wanted);
  const verdict = any(false) ? 'failed' : any(null) || !checks.length ? 'partly' : 'checked';
  receipt.dataset.ffVerdict = verdict;
  say(receipt.querySelector('[data-ff-receipt-label]'), words[VERDICTS[verdict]]);
  const list = receipt.querySelector('[data-ff-steps]');
  const all = list && assets.strings && (await texts(assets.strings).catch(() => null));
  if (!all) return;
  const item = ({ step, ok }) => {
    const line = document.createElement('li');
    line.dataset.ffStep = ok === null ? 'unsupported' : ok ? 'ok' : 'failed';
    line.textContent = all[ok === null ? 'check.unsupported' : `check.${ok ? '' : 'failed.'}${step}`];
    return line;
  };
  list.replaceChildren(...checks.map(item));
};
