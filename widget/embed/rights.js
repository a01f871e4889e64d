// "Your answers": what the server knows about this participant, to see, to take along, to have erased.

import { request } from './net.js';
import { forget, known, record } from './participant.js';

const ask = async (server, route) => {
  const participant = known(server);
  if (!participant) return null;
  const url = `${server}/api/v1/participants/${route}`;
  return request(url, new URLSearchParams({ participant }), (reply) => {
    if (!reply.ok) throw Error(`${route}: ${reply.status}`);
    return reply.text();
  });
};

const save = (name, type, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

/** All acts of this participant. */
export const answers = async (server) => {
  const said = await ask(server, 'acts');
  return said ? JSON.parse(said).acts : [];
};

/** Saves everything the server knows about this participant as a file. */
export const exported = async (server) => {
  save('fanfare.json', 'application/json', (await ask(server, 'export')) || '{"acts":[]}');
};

/** Has the server forget this participant, then forgets too. */
export const erase = async (server) => {
  await ask(server, 'erase');
  forget(server);
};

/** Saves the receipt of the last act in an activity, complete with the key of its lock. */
export const download = (server, activity) => {
  const { receipt, index } = record(server, activity) || {};
  if (receipt) save(`fanfare-receipt-${activity}-${index}.txt`, 'text/plain', receipt);
};
