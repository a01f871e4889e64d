// "Your answers": what the server knows about a participant, to see, to take along, to have erased.

import { request } from './net.js';

const ask = (server, participant, route) =>
  request(`${server}/api/v1/participants/${route}`, new URLSearchParams({ participant }), (reply) => {
    if (!reply.ok) throw Error(`${route}: ${reply.status}`);
    return reply.text();
  });

const save = (name, type, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

/** All acts of this participant. */
export const answers = async (server, participant) => JSON.parse(await ask(server, participant, 'acts')).acts;

/** Saves everything the server knows about this participant as a file. */
export const exported = async (server, participant) =>
  save('fanfare.json', 'application/json', await ask(server, participant, 'export'));

/** Has the server forget this participant. */
export const erase = (server, participant) => ask(server, participant, 'erase');

/** Saves a receipt as a file. */
export const download = (activity, { index, receipt }) =>
  save(`fanfare-receipt-${activity}-${index}.txt`, 'text/plain', receipt);
