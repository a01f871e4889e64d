// A brand's directory (OpenID Connect), as small as it can be: whoever is sent there is signed in and sent back at once.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Issuer {
  url: string;
  close(): void;
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs everybody in as the one with this verified address. */
export async function startIssuer(email: string): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, URLSearchParams>();
  let url = '';
  const token = (asked: URLSearchParams) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: url, aud: asked.get('client_id'), sub: '1', nonce: asked.get('nonce'),
      iat: now, exp: now + 60, email, email_verified: true,
    };
    const text = `${base64({ alg: 'RS256' })}.${base64(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const server = createServer(async (request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const json = (body: object) => reply.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') {
      json({
        issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token`, jwks_uri: `${url}/keys`,
        response_types_supported: ['code'], subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    } else if (pathname === '/keys') {
      json({ keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] });
    } else if (pathname === '/authorize') {
      const code = randomBytes(16).toString('hex');
      codes.set(code, searchParams);
      const back = new URLSearchParams({ code, state: searchParams.get('state') ?? '' });
      reply.writeHead(302, { location: `${searchParams.get('redirect_uri')}?${back}` }).end();
    } else {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const form = new URLSearchParams(Buffer.concat(parts).toString());
      const asked = codes.get(form.get('code') ?? '');
      const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
      if (!asked || asked.get('code_challenge') !== challenge) return void reply.writeHead(400).end('{"error":"invalid_grant"}');
      json({ access_token: 'a', token_type: 'Bearer', id_token: token(asked) });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => server.close() };
}
