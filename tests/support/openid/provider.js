// An OpenID Connect provider for the tests of sign-in: a real one, which can be told to hand out bad tokens.
//
// node provider.js PORT REDIRECT_URI CLIENT_ID CLIENT_SECRET
//
// Anybody may sign in as anybody. POST /test takes {"token": HOW, "groups": {NAME: [GROUP]}}: how the next tokens are
// spoiled (none, audience, audience_azp, expired, forged, nonce, unverified), and who is in which groups.
import http from 'node:http';
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const [port, redirectUri, clientId, clientSecret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const ours = await generateKeyPair('RS256', { extractable: true });
const theirs = await generateKeyPair('RS256', { extractable: true });
const told = { token: 'none', groups: {} };

const SPOILED = {
  audience: (claims) => ({ ...claims, aud: 'another-application' }),
  audience_azp: (claims) => ({ ...claims, aud: 'another-application', azp: clientId }),
  expired: (claims) => ({ ...claims, iat: claims.iat - 7200, exp: claims.iat - 3600 }),
  forged: (claims) => claims,
  nonce: (claims) => ({ ...claims, nonce: 'of-another-sign-in' }),
  unverified: (claims) => ({ ...claims, email_verified: false }),
};

async function spoiled(token) {
  const { at_hash: _, ...claims } = decodeJwt(token);
  const key = told.token === 'forged' ? theirs : ours;
  return new SignJWT(SPOILED[told.token](claims)).setProtectedHeader({ alg: 'RS256', kid: 'ours' }).sign(key.privateKey);
}

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri], post_logout_redirect_uris: [redirectUri] }],
  cookies: { keys: ['only for tests on loopback'] },
  jwks: { keys: [{ ...(await exportJWK(ours.privateKey)), kid: 'ours', alg: 'RS256', use: 'sig' }] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
  conformIdTokenClaims: false, // claims stand in the token itself
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: `sub-of-${id}`, email: id, email_verified: true, groups: told.groups[id] ?? [] }),
  }),
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === '/token' && ctx.body?.id_token && told.token !== 'none') {
    ctx.body = { ...ctx.body, id_token: await spoiled(ctx.body.id_token) };
  }
});

const answer = provider.callback();
http
  .createServer((request, response) => {
    if (request.url !== '/test') {
      answer(request, response);
      return;
    }
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      Object.assign(told, JSON.parse(body));
      response.end('told');
    });
  })
  .listen(Number(port), '127.0.0.1', () => console.log('ready'));
