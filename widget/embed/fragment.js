// Tier 2: the server's fragment, its forms posted, its sections replaced. No markup is made here but three elements
// that say that an answer waits.

import { download, erase, exported, later, live } from './doors.js';
import { again, entries, know, onSettled, open, retry, send } from './outbox.js';
import { record } from './participant.js';

const sectionOf = ({ root }, activity) => root.querySelector(`[data-ff-activity="${activity}"]`);

const make = (name, className, textContent) => Object.assign(document.createElement(name), { className, textContent });

/** The fields of a form, values by name. */
const collect = (form) => {
  const fields = {};
  new FormData(form).forEach((value, name) => (fields[name] = [...(fields[name] || []), value]));
  return { ...fields, act: form.dataset.ffForm };
};

/** Says that the answer is kept, in the form's place. What was typed stays in the form, out of sight. */
const wait = (section, form, words, memory) => {
  const title = make('h2', 'ff-title', words['waiting.title']);
  const note = make('p', 'ff-note', words[memory ? 'waiting.note.memory' : 'waiting.note']);
  const button = make('button', 'ff-btn ff-quiet', words.try);
  const box = make('div', 'ff-wait ff-form', '');
  title.tabIndex = -1;
  note.setAttribute('role', 'status');
  button.type = 'button';
  button.dataset.ffDo = 'retry';
  title.dataset.ffFocus = '';
  box.append(title, note, button);
  form.hidden = true;
  form.after(box);
  section.dataset.ffStage = 'waiting';
  return title;
};

/** A line on top of a section, which takes the visitor's attention. */
const notice = (section, className, text) => {
  const line = make('p', `ff-notice ${className}`, text);
  line.tabIndex = -1;
  line.dataset.ffFocus = '';
  section.prepend(line);
  return line;
};

/** Shows what came of an act: the server's section in the old one's place, and the visitor's attention with it. */
const settle = (widget, activity, { reply, problem, checks }, focus) => {
  const { words } = widget.boot;
  const said = reply || problem;
  let section = sectionOf(widget, activity);
  if (!section) return;
  if (said.html) {
    section.outerHTML = widget.html(said.html);
    section = sectionOf(widget, activity);
  } else {
    notice(section, 'ff-bad', words['problem.internal']);
  }
  const target = section.querySelector('[data-ff-invalid] [name]') || section.querySelector('[data-ff-focus]');
  if (focus && target) target.focus();
  if (!reply) return;
  later().then(({ judge }) => judge(section, checks, widget.boot), () => {});
  if (widget.live) widget.live.refresh();
  widget.touched = false;
  if (widget.swap) widget.swap();
};

const act = async (widget, form, section) => {
  const { words, lang } = widget.boot;
  const button = form.querySelector('button');
  const label = button.textContent;
  const busy = (on) => {
    widget.busy += on ? 1 : -1;
    section.setAttribute('aria-busy', on);
    if (on) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
    button.textContent = on ? words.sending : label;
  };
  const { ffActivity } = section.dataset;
  busy(true);
  const outcome = await send(widget.server, ffActivity, collect(form), 'fragment', lang).catch(() => ({ problem: {} }));
  busy(false);
  if (outcome.status === 'waiting') wait(section, form, words, outcome.memory).focus();
  else settle(widget, ffActivity, outcome, true);
};

/** Paints what a newcomer sees, and says what happened. */
const erased = async (widget) => {
  await widget.load();
  notice(widget.root.querySelector('section'), 'ff-good', widget.boot.words.erased).focus();
};

/** A form of the fragment was submitted. */
export const submit = (widget, form) => {
  const section = form.closest('section');
  const { server, boot } = widget;
  const failed = () => form.append(make('p', 'ff-error', boot.words['problem.network']));
  if (form.dataset.ffForm === 'export') exported(server).catch(failed);
  else if (form.dataset.ffForm === 'erase') erase(server).then(() => erased(widget), failed);
  else if (section.getAttribute('aria-busy') !== 'true') act(widget, form, section);
};

/** A button of the fragment was pressed. */
export const press = (widget, button) => {
  const { words } = widget.boot;
  if (button.dataset.ffDo === 'retry') {
    button.textContent = words.sending;
    retry().then(() => (button.textContent = words.try));
  } else download(widget.server, button.closest('section').dataset.ffActivity);
};

/** Where compiled code cannot run: a visitor who took part before sees that, as the server says it now. */
const restore = (widget) =>
  widget.boot.activities.forEach(async ({ id }) => {
    if (!record(widget.server, id) || entries(widget.server, id).length) return;
    const outcome = await again(widget.server, id, 'fragment', widget.boot.lang);
    if (outcome && !widget.touched && !widget.busy) settle(widget, id, outcome, false);
  });

/** Takes care of a painted widget: what waits is shown as waiting, what settles replaces its section. */
export const attach = (widget, core) => {
  const { server, boot, shadow } = widget;
  know(boot.activities);
  open(server);
  const ids = boot.activities.map(({ id }) => id);
  const stops = ids.map((id) =>
    onSettled(id, (outcome) => settle(widget, id, outcome, !!shadow.activeElement)),
  );
  widget.live = live(server, ids, (tally, { moved }) => moved(widget, tally));
  widget.detach = () => [...stops, widget.live.stop].forEach((stop) => stop());
  later().then(({ upgrade }) => upgrade(widget, core, restore), () => restore(widget));
  ids.forEach((id) => {
    const [entry] = entries(server, id);
    const section = sectionOf(widget, id);
    const form = section && section.querySelector('form.ff-form');
    if (!entry || !form) return;
    form.querySelectorAll('[name^="q."]').forEach((input) => {
      const given = entry.answers[input.name.slice(2)] || [];
      input.checked = given.includes(input.value);
      if (input.matches('textarea')) input.value = given;
    });
    wait(section, form, boot.words, entry.memory);
  });
};
