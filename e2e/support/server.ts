// Starts and stops the program as it is shipped, each time with a folder of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface Options {
  /** Bring the demo campaign in and serve its brand's page. Default: true. */
  demo?: boolean;
  /** The data folder: give an earlier server's to start on what it left. Default: a new one. */
  data?: string;
  /** The port: give an earlier server's to keep its address. Default: a free one. */
  port?: number;
  /** More arguments of `fanfare serve`. */
  args?: string[];
  /** More variables. */
  env?: Record<string, string>;
}

export interface Server {
  /** The server's origin, without a slash at the end. */
  url: string;
  /** The brand's page: its origin, which is another one. Empty without the demo. */
  brandUrl: string;
  data: string;
  port: number;
  /** The lines it has written so far, both streams. */
  lines: string[];
  /** Removes its data and keys. */
  remove(): Promise<void>;
  /** SIGTERM, as an operator stops it; the exit code once it has drained. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a power cut stops it. */
  kill(): Promise<void>;
}

/** A port that was free a moment ago, for a server whose address has a name: that must be known before the start. */
export async function free(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The program under test: what `cargo xtask` built. */
export function binary(): string {
  const target = process.env.CARGO_TARGET_DIR ?? '../target';
  return process.env.FANFARE_BIN ?? resolve(target, 'release/fanfare');
}

/** Resolves when the server has said where it is and answers that it is ready. */
export async function start(options: Options = {}): Promise<Server> {
  const demo = options.demo ?? true;
  // Its keys come to lie beside the data: both in one folder that can be removed.
  const data = options.data ?? join(await mkdtemp(join(tmpdir(), 'fanfare-')), 'data');
  const listen = `127.0.0.1:${options.port ?? 0}`;
  const args = ['serve', '--listen', listen, '--data', data, ...(demo ? ['--demo'] : [])];
  const child = spawn(binary(), [...args, ...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const { server: url, brand } = await addresses(child, lines);
  await ready(url, child, lines);
  return {
    url,
    brandUrl: brand,
    data,
    port: Number(new URL(url).port),
    lines,
    remove: () => rm(dirname(data), { recursive: true, force: true }),
    stop: () => end(child, 'SIGTERM'),
    kill: async () => void (await end(child, 'SIGKILL')),
  };
}

/** Reads `brand page  http://…` (with the demo) and then `API  http://…`, the last of what it says. */
function addresses(child: ChildProcess, lines: string[]) {
  return new Promise<{ server: string; brand: string }>((settle, refuse) => {
    let brand = '';
    createInterface({ input: child.stdout! }).on('line', (line) => {
      lines.push(line);
      const [, which, url] = /^\s*(brand page|API)\s+(http\S+)/.exec(line) ?? [];
      if (which === 'brand page') brand = url;
      if (which === 'API') settle({ server: new URL(url).origin, brand: brand && new URL(brand).origin });
    });
    child.once('error', refuse);
    child.once('exit', (code) => refuse(new Error(`fanfare ended (${code}):\n${lines.join('\n')}`)));
  });
}

async function ready(url: string, child: ChildProcess, lines: string[]) {
  while (child.exitCode === null && child.signalCode === null) {
    const reply = await fetch(`${url}/readyz`).catch(() => undefined);
    if (reply?.ok) return;
    await new Promise((later) => setTimeout(later, 20));
  }
  throw new Error(`fanfare ended before it was ready:\n${lines.join('\n')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}
