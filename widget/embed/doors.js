// The doors to what is fetched later, and the state it is given.

import { forget, known, record } from './participant.js';

/** What is needed only after an answer, in a bundle of its own. */
export const later = () => import('./later.js');

/** All acts of this participant. */
export const answers = async (server) => (known(server) ? (await later()).answers(server, known(server)) : []);

/** Saves everything the server knows about this participant as a file. */
export const exported = async (server) => (await later()).exported(server, known(server));

/** Has the server forget this participant, then forgets too. */
export const erase = async (server) => {
  if (known(server)) await (await later()).erase(server, known(server));
  forget(server);
};

/** Saves the receipt of the last act in an activity as a file. */
export const download = async (server, activity) => {
  const own = record(server, activity);
  if (own) (await later()).download(activity, own);
};

/** Calls back with every newer tally of these activities. Returns how to stop, and to look again at what may be seen. */
export const live = (server, ids, call) => {
  let over = false;
  let stream;
  const token = (id) => (record(server, id) || {}).token;
  later().then(
    (all) => over || (stream = all.follow(server, ids, token, (tally) => call(tally, all))),
    () => {},
  );
  return {
    refresh: () => stream && stream.refresh(),
    stop: () => {
      over = true;
      if (stream) stream.stop();
    },
  };
};

/** Shows the hosted page in a frame, where the page forbids markup from strings. */
export const frame = (widget) => later().then((all) => all.frame(widget));
