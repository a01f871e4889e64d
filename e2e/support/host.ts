// A brand's page on an origin of its own: the HTML and headers a test gives, nothing else.
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Host {
  /** The page's address, with a slash at the end. */
  url: string;
  close(): Promise<void>;
}

/** Serves `html` at every path. It listens on `localhost`, the servers on `127.0.0.1`: another site, too. */
export async function servePage(html: string, headers: OutgoingHttpHeaders = {}): Promise<Host> {
  const server = createServer((_request, reply) => {
    reply.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
    reply.end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
