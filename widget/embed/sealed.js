// A receipt under the sealed checkpoint: from then on nobody needs the server to check it (protocol, section 4).

import { able } from './bytes.js';
import { request } from './net.js';
import { follows, moved } from './receipt.js';

const text = (reply) => (reply.ok ? reply.text() : Promise.reject(reply));

const move = async (server, id, core) => {
  const own = core.mine(server, id);
  if (!own || own.sealed || !able()) return;
  const receipt = await request(`${server}/api/v1/activities/${id}/receipts/${own.index}`, null, text);
  if (!(await follows(own, receipt))) return;
  core.keep(server, id, { ...own, receipt: moved(own.receipt, receipt), sealed: true });
};

/** Moves one's receipts of sealed logs under their seals. What cannot be had now is asked for at the next visit. */
export const seal = (server, activities, core) =>
  Promise.allSettled(activities.filter(({ sealed }) => sealed).map(({ id }) => move(server, id, core)));
