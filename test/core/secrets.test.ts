import assert from 'node:assert/strict';
import fc from 'fast-check';
import { secretsIn } from '../../src/secrets';

/** Letters that look like a key's, the same each time. */
const letters = (count: number) => 'qZ8rT2mK5vB'.repeat(Math.ceil(count / 11)).slice(0, count);

/** Kind → texts around a secret, which stands between « and ». Put together here, so that no scanner takes this file for a leak. */
const known: Record<string, string[]> = {
  'an AWS secret key': [`AWS_SECRET_ACCESS_KEY=«${letters(40)}»`, `"secretAccessKey": "«${letters(40)}»"`],
  'an npm token': [`//registry.npmjs.org/:_authToken=«npm_${letters(36)}»`],
  'a Slack token': [`«xoxb-${7081945}-${letters(10)}»`, `«https://hooks.slack.com/services/T${letters(8)}/B${letters(8)}/${letters(24)}»`],
  'an OpenAI API key': [`«sk-proj-${letters(58)}T3BlbkFJ${letters(58)}»`],
  'an Anthropic API key': [`«sk-ant-api03-${letters(93)}AA»`],
  'a Linear API key': [`«lin_api_${letters(40)}»`],
  'a SendGrid key': [`«SG.${letters(22)}.${letters(43)}»`],
  'a Shopify token': [`«shpat_${letters(32)}»`],
  'a GitHub token': [`«ghp_${letters(36)}»`, `«github_pat_${letters(82)}»`],
  'a database password in a URL': [
    `mongodb+srv://app:«${letters(9)}»@cluster0.ab1.mongodb.net/x`,
    `postgres://app:«${letters(9)}»@db.prod.acme.io:5432/x`,
    `postgres://app:«${letters(9)}»@db.internal.acme.com:5432/x`,
  ],
  'a password in a URL': [
    `https://joe:«${letters(9)}»@git.acme.io/`,
    `https://deploy:«${letters(9)}»@git.test.acme.com/x.git`,
    `https://deploy:«${letters(9)}»@localhost.acme.com`,
  ],
  'a private key': [`«-----BEGIN RSA PRIVATE KEY-----\nMI${letters(200)}\n-----END RSA PRIVATE KEY-----»`],
  'a Google API key': [`«AIza${letters(35)}»`],
  'a Stripe live key': [`«sk_live_${letters(24)}»`],
  'a GitLab token': [`«glpat-${letters(20)}»`],
  'a Hugging Face token': [`«hf_${letters(34).replace(/\d/g, 'x')}»`],
};

describe('secrets in a text', () => {
  for (const [kind, texts] of Object.entries(known)) {
    it(`are found, exactly: ${kind}`, async () => {
      for (const marked of texts) {
        const before = `Use this. ${marked.slice(0, marked.indexOf('«'))}`;
        const secret = marked.slice(marked.indexOf('«') + 1, marked.indexOf('»'));
        const text = `${before}${secret}${marked.slice(marked.indexOf('»') + 1)} and go on.`;
        assert.deepEqual(await secretsIn(text), [{ from: before.length, to: before.length + secret.length, kind }]);
      }
    });
  }

  it('are no examples, variables, or passwords of this machine', async () => {
    const fine = [
      'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      `ghp_${'x'.repeat(36)}`,
      'sk-ant-…',
      'ANTHROPIC_API_KEY=sk-ant-api03-your-key',
      'postgres://postgres:postgres@localhost:5432/app',
      'postgresql://app:Zk3jKw9s@127.0.0.1/app',
      'postgres://app:Zk3jKw9s@db:5432/app',
      'mongodb://user:password@db.acme.io/app',
      'https://user:pass@example.com/x',
      'https://$USER:$TOKEN@git.acme.io/x',
      'postgres://app:Zk3jKw9s@db.shop.internal:5432/x',
      'postgres://app:Zk3jKw9s@mail.shop.test. Or so',
      'the -----BEGIN PRIVATE KEY----- line',
    ];
    for (const text of fine) assert.deepEqual(await secretsIn(`${text} \`${text}\`\n`), [], text);
  });

  it('are looked for in time that grows with the length', async () => {
    const traps = ['://a:b', 'xoxb-a-', 'https://a:', 'AWS_SECRET_ACCESS_KEY=', '-----BEGIN RSA PRIVATE KEY-----\n', 'postgres://a:b@', 'SG.a.b', 'https://x@'];
    await secretsIn('ghp_');
    for (const trap of traps) {
      const start = performance.now();
      await secretsIn(trap.repeat(100_000 / trap.length));
      assert.ok(performance.now() - start < 2000, trap);
    }
  });

  it('have a place in the text, whatever stands around', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ maxLength: 40 }), async (before, after) => {
        const secret = `ghp_${letters(36)}`;
        const text = `${before}\n${secret}\n${after}`;
        assert.ok((await secretsIn(text)).some(({ from, to }) => text.slice(from, to) === secret));
      }),
      { numRuns: 200 },
    );
  });
});
