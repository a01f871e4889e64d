// Tier 2: the server's fragment, its forms posted, its sections replaced, its numbers moved. No markup is made here
// but three elements that say that an answer waits.

import { live, refresh } from './live.js';
import { again, entries, know, onSettled, retry, send } from './outbox.js';
import { record } from './participant.js';
import { download, erase, exported } from './rights.js';

const VERDICTS = { checked: 'receipt.checked', failed: 'receipt.failed', partly: 'receipt.unchecked' };

const sectionOf = (widget, activity) => widget.root.querySelector(`[data-ff-activity="${activity}"]`);

const say = (element, text) => {
  // Unchanged text is not touched: a screen reader would read it again.
  if (element && text !== undefined && element.textContent !== text) element.textContent = text;
};

/** The fields of a form, values by name. */
const collect = (form) => {
  const fields = {};
  new FormData(form).forEach((value, name) => (fields[name] = [...(fields[name] || []), value]));
  return { ...fields, act: fields.act ? fields.act[0] : 'ballot' };
};

const busy = (widget, form, on) => {
  widget.busy += on ? 1 : -1;
  const button = form.querySelector('button');
  form.closest('section').setAttribute('aria-busy', on);
  if (!button) return;
  if (on) {
    button.dataset.ffSays = button.textContent;
    button.setAttribute('aria-disabled', 'true');
    say(button, widget.boot.words.sending);
  } else {
    button.removeAttribute('aria-disabled');
    say(button, button.dataset.ffSays);
  }
};

const make = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text });

/** Says that the answer is kept, in the form's place. What was typed stays in the form, out of sight. */
const wait = (widget, section, form, memory, focus) => {
  const { words } = widget.boot;
  const box = section.querySelector('.ff-wait') || make('div', 'ff-wait ff-form', '');
  if (!box.firstChild) {
    const title = make('h2', 'ff-title', words['waiting.title']);
    title.tabIndex = -1;
    title.dataset.ffFocus = '';
    const note = make('p', 'ff-note', (memory && words['waiting.note.memory']) || words['waiting.note']);
    note.setAttribute('role', 'status');
    const button = make('button', 'ff-btn ff-quiet', words.try);
    button.type = 'button';
    button.dataset.ffDo = 'retry';
    box.append(title, note, button);
    form.hidden = true;
    form.after(box);
    section.dataset.ffStage = 'waiting';
  }
  if (focus) box.firstChild.focus();
};

/** Shows what the check of the receipt found; the steps too, where their words can be had. */
const judge = async (widget, section, checks) => {
  const receipt = section.querySelector('[data-ff-receipt]');
  if (!receipt) return;
  const any = (wanted) => checks.some(({ ok }) => ok === wanted);
  const verdict = any(false) ? 'failed' : any(null) || !checks.length ? 'partly' : 'checked';
  receipt.dataset.ffVerdict = verdict;
  say(receipt.querySelector('[data-ff-receipt-label]'), widget.boot.words[VERDICTS[verdict]]);
  const list = receipt.querySelector('[data-ff-steps]');
  const words = list && (await widget.strings().catch(() => null));
  if (!words) return;
  const item = ({ step, ok }) => {
    const key = ok === null ? 'check.unsupported' : ok ? `check.${step}` : `check.failed.${step}`;
    const line = make('li', '', words[key]);
    line.dataset.ffStep = ok === null ? 'unsupported' : ok ? 'ok' : 'failed';
    return line;
  };
  list.replaceChildren(...checks.map(item));
};

/** Puts the server's section in the old one's place, and the visitor's attention with it. */
const replace = (widget, section, html, focus) => {
  const { ffActivity } = section.dataset;
  section.outerHTML = widget.html(html);
  const next = sectionOf(widget, ffActivity);
  const target = next && (next.querySelector('[data-ff-invalid] input') || next.querySelector('[data-ff-focus]'));
  if (focus && target) target.focus();
  return next;
};

/** Shows what came of an act. */
const settle = (widget, activity, outcome, focus) => {
  const section = sectionOf(widget, activity);
  if (!section) return;
  const { reply, problem, checks } = outcome;
  const html = (reply || problem || {}).html;
  if (html) {
    const next = replace(widget, section, html, focus);
    if (next && reply) judge(widget, next, checks);
  } else if (problem) {
    const note = section.querySelector('.ff-notice') || make('p', 'ff-notice ff-bad', '');
    note.setAttribute('role', 'alert');
    section.prepend(note);
    say(note, widget.boot.words['problem.internal']);
  }
  if (!reply) return;
  widget.touched = false;
  refresh(widget.server);
  widget.swap();
};

const act = async (widget, form, section) => {
  const activity = section.dataset.ffActivity;
  busy(widget, form, true);
  let outcome;
  try {
    outcome = await send(widget.server, activity, collect(form), 'fragment', widget.boot.lang);
  } catch {
    outcome = { status: 'refused', problem: {} };
  }
  busy(widget, form, false);
  if (outcome.status === 'waiting') wait(widget, section, form, outcome.memory, true);
  else settle(widget, activity, outcome, true);
};

/** A form of the fragment was submitted. */
export const submit = (widget, form) => {
  const section = form.closest('[data-ff-activity]');
  const kind = form.dataset.ffForm;
  const failed = () => say(form.querySelector('.ff-note') || form.lastElementChild, widget.boot.words['problem.network']);
  if (kind === 'export') return exported(widget.server).catch(failed);
  if (kind === 'erase') return erase(widget.server).then(() => widget.load(), failed);
  return section.getAttribute('aria-busy') === 'true' ? undefined : act(widget, form, section);
};

/** A button of the fragment was pressed. */
export const press = (widget, button) => {
  if (button.dataset.ffDo === 'retry') retry();
  if (button.dataset.ffDo === 'download') download(widget.server, button.closest('section').dataset.ffActivity);
};

const average = ({ options, answered }) => options.reduce((sum, { id, count }) => sum + id * count, 0) / answered;

/** Moves the bars and numbers of a section to a tally. */
export const show = (section, tally, lang, words) => {
  const number = (n, digits = 0) =>
    new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
  const sentence = words[tally.ballots === 1 ? 'answers.one' : 'answers.other'];
  section.querySelectorAll('[data-ff-ballots]').forEach((element) => {
    say(element, sentence && sentence.replace('{n}', number(tally.ballots)));
  });
  tally.questions.forEach((question) => {
    const results = section.querySelector(`[data-ff-results="${question.id}"]`);
    if (!results) return;
    const { answered } = question;
    if (answered) say(results.querySelector('.ff-figure b'), number(average(question), 1));
    question.options.forEach(({ id, count }) => {
      const row = results.querySelector(`[data-ff-option="${id}"]`);
      if (!row) return;
      const percent = `${answered ? Math.floor((count * 200 + answered) / (answered * 2)) : 0}%`;
      row.querySelector('rect').setAttribute('width', percent);
      const figure = row.querySelector('strong');
      say(figure, percent);
      say(figure.parentNode.querySelector('small'), number(count));
    });
  });
};

const moved = (widget, tally) => {
  const section = sectionOf(widget, tally.activity);
  const then = widget.boot.activities.find(({ id }) => id === tally.activity);
  if (!section) return;
  show(section, tally, widget.boot.lang, widget.boot.words);
  // It opened or closed: the fragment is of the past.
  if (then && then.state !== tally.state && !widget.touched && !widget.busy) {
    then.state = tally.state;
    widget.load();
  }
};

/** Takes care of a painted widget: what waits is shown as waiting, what settles replaces its section. */
export const attach = (widget) => {
  const { server, boot } = widget;
  detach(widget);
  know(boot.activities);
  const ids = boot.activities.map(({ id }) => id);
  const inside = () => widget.root.contains(widget.shadow.activeElement);
  const stops = ids.map((id) => onSettled(id, (outcome) => settle(widget, id, outcome, inside())));
  stops.push(live(server, ids, (tally) => moved(widget, tally)));
  widget.detach = () => stops.forEach((stop) => stop());
  ids.forEach((id) => {
    const [entry] = entries(server, id);
    const section = sectionOf(widget, id);
    const form = section && section.querySelector('[data-ff-form="ballot"]');
    if (!entry || !form) return;
    form.querySelectorAll('[name^="q."]').forEach((input) => {
      input.checked = (entry.answers[input.name.slice(2)] || []).includes(input.value);
    });
    wait(widget, section, form, entry.memory, false);
  });
};

export const detach = (widget) => {
  if (widget.detach) widget.detach();
  widget.detach = null;
};

/** Where compiled code cannot run: a visitor who took part before sees that, as the server says it now. */
export const restore = (widget) =>
  widget.boot.activities.map(async ({ id }) => {
    if (!record(widget.server, id) || entries(widget.server, id).length) return;
    const outcome = await again(widget.server, id, 'fragment', widget.boot.lang);
    if (outcome && !widget.touched && !widget.busy) settle(widget, id, outcome, false);
  });
