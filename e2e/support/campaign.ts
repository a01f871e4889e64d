// Campaigns of a test's own, brought in through the same door as everybody's.
import { readFileSync } from 'node:fs';
import type { Server } from './server';

/** The owner token, which a server prints once, at its first start. */
export function owner(server: Server): string {
  const line = server.lines.find((line) => line.startsWith('owner token'));
  const token = line && /^owner token\s+(\S+)/.exec(line)?.[1];
  if (!token) throw new Error(`no owner token among:\n${server.lines.join('\n')}`);
  return token;
}

export interface Poll {
  /** The campaign's slug. */
  name: string;
  /** The activity's id; absent: the server makes one. */
  id?: string;
  results?: 'always' | 'voted' | 'close' | 'staff';
  opens?: string;
  closes?: string;
  ended?: boolean;
  origins?: string[];
  questions?: object[];
}

export const both = (en: string, it = en) => ({ en, it });

/** A question of each type the registry knows. */
export const questions = {
  single: {
    id: 'flavour',
    type: 'single',
    text: both('Which flavour?', 'Quale gusto?'),
    options: [
      { id: 'fig', text: both('Fig', 'Fico') },
      { id: 'lemon', text: both('Lemon', 'Limone') },
      { id: 'almond', text: both('Almond', 'Mandorla') },
    ],
  },
};

/** A campaign document with one poll. */
export function document(poll: Poll): object {
  const { name, origins = ['*'], questions: asked = [questions.single], ...activity } = poll;
  return {
    format: 1,
    campaign: name,
    brand: 'test',
    brand_name: 'Test',
    title: both('A test', 'Una prova'),
    languages: ['en', 'it'],
    time_zone: 'Europe/Rome',
    origins,
    terms: both('Be kind.', 'Con gentilezza.'),
    activities: [{ name: 'poll', kind: 'poll', ...activity, questions: asked }],
  };
}

export async function put(server: Server, name: string, type: string, body: string): Promise<void> {
  const reply = await fetch(`${server.url}/api/v1/campaigns/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${owner(server)}`, 'content-type': type },
    body,
  });
  if (!reply.ok) throw new Error(`${name} was refused: ${await reply.text()}`);
}

/** Lets pages of any origin answer the demonstration: those of the tests have ports of their own. */
export async function welcome(server: Server): Promise<void> {
  for (const name of ['aurora', 'laboratorio']) {
    const document = readFileSync(new URL(`../../demo/${name}.toml`, import.meta.url), 'utf8');
    await put(server, name, 'application/toml', document.replace(/^origins = .*$/m, 'origins = ["*"]'));
  }
}

/** Applies a document; returns the id of its first activity. */
export async function apply(server: Server, poll: Poll): Promise<string> {
  await put(server, poll.name, 'application/json', JSON.stringify(document(poll)));
  return activity(server, poll.name);
}

/** The id of a campaign's first activity. */
export async function activity(server: { url: string }, campaign: string): Promise<string> {
  const bootstrap = await fetch(`${server.url}/api/v1/campaigns/${campaign}`);
  return ((await bootstrap.json()) as { activities: { id: string }[] }).activities[0].id;
}

/** Answers as a program does, without a browser. */
export async function act(server: { url: string }, activity: string, body: object): Promise<Record<string, unknown>> {
  const reply = await fetch(`${server.url}/api/v1/activities/${activity}/acts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(await reply.text());
  return (await reply.json()) as Record<string, unknown>;
}

/** How many ballots count. */
export async function ballots(server: { url: string }, activity: string): Promise<number> {
  const reply = await fetch(`${server.url}/api/v1/activities/${activity}/tally`);
  return ((await reply.json()) as { ballots: number }).ballots;
}
