// An issuer of OpenID Connect on the loopback: whoever comes says on its page who they are and what they showed.
//
// Authorization code with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636), tokens signed with RS256. A code counts once, for
// the client, the address and the challenge for which it was given.

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';

const CLIENT = 'registry';
// What people show there, as a button of its page, with the claims that tell of it.
const WAYS = {
  'With a password': { amr: ['pwd'] },
  'With a password and a key': { amr: ['pwd', 'mfa'] },
  'At the level of two factors': { acr: 'mfa' },
};

// Starts it on a free port. `people` may sign in there; `sentBack` are the addresses to which it sent somebody.
export async function startIssuer(people) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'tests', use: 'sig', alg: 'RS256' };
  const granted = new Map();
  const sentBack = [];
  let url;

  const doors = {
    'GET /.well-known/openid-configuration': () => ({
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    'GET /keys': () => ({ keys: [jwk] }),
    'GET /authorize': (asked) => page(asked, people),
    'POST /authorize': (asked, sent) => {
      const back = new URL(asked.get('redirect_uri'));
      back.searchParams.set('state', asked.get('state'));
      if (sent.get('way') === 'Not now') {
        back.searchParams.set('error', 'access_denied');
      } else {
        const code = randomBytes(16).toString('hex');
        granted.set(code, { asked, sub: sent.get('who'), ...WAYS[sent.get('way')] });
        back.searchParams.set('code', code);
      }
      sentBack.push(back.href);
      return back;
    },
    'POST /token': (_, sent, authorization) => {
      const grant = granted.get(sent.get('code'));
      granted.delete(sent.get('code'));
      const challenge = createHash('sha256').update(sent.get('code_verifier') ?? '').digest('base64url');
      const client = sent.get('client_id') ?? Buffer.from(authorization.slice(6), 'base64').toString().split(':')[0];
      const fits =
        grant &&
        client === CLIENT &&
        grant.asked.get('code_challenge') === challenge &&
        grant.asked.get('redirect_uri') === sent.get('redirect_uri');
      if (!fits) return { status: 400, error: 'invalid_grant' };
      const { asked, ...claims } = grant;
      return { access_token: 'none', token_type: 'Bearer', id_token: token(asked.get('nonce'), claims) };
    },
    'GET /favicon.ico': () => null,
  };

  function token(nonce, claims) {
    const now = Math.floor(Date.now() / 1000);
    const name = `${claims.sub}@calder.example`;
    const body = { iss: url, aud: CLIENT, iat: now, exp: now + 300, nonce, preferred_username: name, ...claims };
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'RS256', kid: 'tests', typ: 'JWT' })}.${part(body)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, url);
    const door = doors[`${request.method} ${pathname}`];
    if (!door) return response.writeHead(404).end();
    let text = '';
    for await (const piece of request) text += piece;
    const answer = door(searchParams, new URLSearchParams(text), request.headers.authorization ?? '');
    if (answer === null) return response.writeHead(204).end();
    if (answer instanceof URL) return response.writeHead(303, { location: answer.href }).end();
    if (typeof answer === 'string') return response.writeHead(200, { 'content-type': 'text/html' }).end(answer);
    const { status = 200, ...body } = answer;
    return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  return { url, client: CLIENT, sentBack, stop: () => server.close() };
}

// Its page: whoever comes chooses who they are, and how they show it. It is asked as a registry must ask.
function page(asked, people) {
  const wants = { response_type: 'code', client_id: CLIENT, code_challenge_method: 'S256' };
  const wrong = Object.entries(wants).filter(([name, value]) => asked.get(name) !== value);
  const lacks = ['state', 'nonce', 'code_challenge', 'redirect_uri'].filter((name) => !asked.get(name));
  if (wrong.length > 0 || lacks.length > 0) return `<h1>Asked wrongly: ${JSON.stringify([wrong, lacks])}</h1>`;
  const who = people.map((one) => `<option>${one}</option>`).join('');
  const ways = [...Object.keys(WAYS), 'Not now'].map((way) => `<button name="way" value="${way}">${way}</button>`).join(' ');
  return `<!doctype html><html lang="en"><title>Calder State ID</title><h1>Calder State ID</h1>
<form method="post"><label>Who are you? <select name="who">${who}</select></label> ${ways}</form></html>`;
}
