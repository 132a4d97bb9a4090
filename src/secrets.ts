/** What must not leave: file names that stand for secrets, and secrets in a text. */

const secretName = [
  /^\.env(?:\..+)?$/i,
  /\.env$/i,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:[._-].*)?$/i,
  /^credentials/i,
  /^secrets?\.(?:json|ya?ml|toml|ini|txt|env)$/i,
  /^\.(?:netrc|npmrc|pypirc|pgpass|htpasswd|git-credentials)$/i,
  /^(?:service[-_]?account|client[-_]secret).*\.json$/i,
];
// Their values are placeholders: made to be read.
const exampleName = /^\.env\.(?:example|sample|template|dist)$/i;
const secretFolder = /(?:^|\/)\.(?:ssh|aws|gnupg|kube)\//i;

/** Why a file looks like it holds a secret; undefined where it does not. Judged by its path alone. */
export function secretReason(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (exampleName.test(name)) return undefined;
  return secretFolder.test(path) || secretName.some((form) => form.test(name)) ? 'looks like a secret by its name, and is never sent' : undefined;
}

/** A secret in a text, by its offsets. It is never repeated: a message about it names its kind alone. */
export interface Secret {
  from: number;
  to: number;
  /** What it is, with its article: "an AWS access key". */
  kind: string;
}

/** The part of secretlint's interface for rules that is used here. Its own engine keeps a record of every call for ever, so that an editor would grow. */
interface ScannerRule {
  meta: { id: string };
  create(context: unknown, options: object): { file?(source: { content: string; filePath: string; ext: string; contentType: 'text' }): void | Promise<void> };
}

interface Report {
  range: readonly [number, number];
}

const kinds: Record<string, string> = {
  anthropic: 'an Anthropic API key',
  aws: 'an AWS secret key',
  basicauth: 'a password in a URL',
  'database-connection-string': 'a database password in a URL',
  github: 'a GitHub token',
  linear: 'a Linear API key',
  npm: 'an npm token',
  openai: 'an OpenAI API key',
  privatekey: 'a private key',
  sendgrid: 'a SendGrid key',
  shopify: 'a Shopify token',
  slack: 'a Slack token',
  '1password': 'a 1Password token',
};

/** Forms of keys that are common in steering files and that the preset does not know. */
const moreForms: readonly [string, RegExp][] = [
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g],
  ['a Stripe live key', /\b[rs]k_live_[0-9A-Za-z]{24,}\b/g],
  ['a GitLab token', /\bglpat-[0-9A-Za-z_-]{20}(?![0-9A-Za-z_-])/g],
  ['a Hugging Face token', /\bhf_[A-Za-z]{34}\b/g],
];

/** What every form above and of the preset begins with or holds: a text without any of these has no secret, and nothing is loaded for it. */
const worthScanning =
  /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)|-----BEGIN|_authToken=|npm_[A-Za-z0-9]|xox[abopr]-|xapp-|[hH][oO][oO][kK][sS]\.[sS][lL][aA][cC][kK]|:\/\/[^\s/]{1,520}@|sk-[A-Za-z0-9]{3}|lin_api_|SG\.\w|shp(?:pa|ca|at|ss)_|gh[pousr]_|github_pat_|ops_ey|AIza|k_live_|glpat-|hf_/;

/** A made-up value: documentation's own examples, a row of one letter, a variable. */
const madeUp = /example|placeholder|your[-_]|changeme|dummy|redacted|x{6}|X{6}|\*{3}|\.{3}|…|[<>{}$]|0{8}|123456(?:78)?|abcdef(?:gh)?/i;
/** A password of a machine that is nobody else's, or of a service beside it, opens nothing. */
const localHost =
  /@(?:127\.\d|0\.0\.0\.0|\[::1\]|[\w-]+(?=[:/?\s"'`)\]]|$)|(?:localhost|host\.docker\.internal|[\w.-]+\.(?:local|test|example|invalid|localhost|internal)|(?:[\w-]+\.)*example\.(?:com|org|net))(?![\w-]|\.\w))/i;
/** Words that stand for a user and a password wherever connections are explained. */
const saidPassword = /:\/\/[^:/\s]*:(?:pass(?:word|wd)?|pwd|secret|postgres|root|admin|user|test|token|key|guest|dev|my\w+|db_?pass\w*)@/i;

/** The secrets in a text, by place. Takes time in proportion to the length; loads the scanner only for a text that may hold one. */
export async function secretsIn(text: string): Promise<Secret[]> {
  if (!worthScanning.test(text)) return [];
  const found: Secret[] = moreForms.flatMap(([kind, form]) =>
    [...text.matchAll(form)].map((match) => ({ from: match.index, to: match.index + match[0].length, kind })),
  );
  for (const rule of scanner()) {
    const kind = kinds[rule.meta.id.replace(/^@secretlint\/secretlint-rule-/, '')];
    if (!kind) continue;
    const context = {
      createTranslator: () => (messageId: string) => ({ messageId }),
      report: ({ range: [from, to] }: Report) => found.push({ from, to, kind }),
    };
    await rule.create(context, {}).file?.({ content: text, filePath: 'CLAUDE.md', ext: '.md', contentType: 'text' });
  }
  return found
    .filter(({ from, to }) => !isMadeUp(text.slice(from, to + 1)))
    .map((secret) => exact(text, secret))
    .filter(({ from, to }) => !madeUp.test(text.slice(from, to)))
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .filter(({ from }, i, all) => !all.slice(0, i).some((other) => other.from <= from && from < other.to));
}

function isMadeUp(value: string): boolean {
  if (/^-----BEGIN/.test(value)) return false;
  return value.includes('://') ? madeUp.test(value) || localHost.test(value) || saidPassword.test(value) : madeUp.test(value);
}

/** The secret alone: of a URL its password, of an assignment its value (the preset counts the value's length from the name on). */
function exact(text: string, secret: Secret): Secret {
  const written = text.slice(secret.from, secret.to);
  const password = /^[^/]*:\/\/[^:/\s]*:([^@/\s]+)@/.exec(written);
  if (password && password[1] !== 'x-oauth-basic') {
    const to = secret.from + password[0].length - 1;
    return { ...secret, from: to - (password[1] as string).length, to };
  }
  if (written.includes('://')) return secret;
  const value = /^["']?(?:_authToken|\w{0,20}secret\w{0,20})["']?\s*(?::|=>|=)\s*["']?([A-Za-z0-9/+=_-]+)/i.exec(text.slice(secret.from, secret.to + 200));
  if (!value) return secret;
  const to = secret.from + value[0].length;
  return { ...secret, from: to - (value[1] as string).length, to };
}

let loaded: readonly ScannerRule[] | undefined;

/** Loading takes 20 ms: it waits for the first text that needs it. */
function scanner(): readonly ScannerRule[] {
  loaded ??= (require('@secretlint/secretlint-rule-preset-recommend') as { rules: readonly ScannerRule[] }).rules;
  return loaded;
}
