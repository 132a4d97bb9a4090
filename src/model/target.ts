import { UserError } from '../ports';

/** Where calls go and who is calling, checked before anything is sent. */
export interface Target {
  baseURL: string;
  /** Host and port, as messages name it. */
  host: string;
  apiKey?: string;
  authToken?: string;
}

/** A key as it goes into a header; one with blanks inside or letters of other scripts would make `fetch` throw it into a message. */
function credential(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  if (!trimmed) return undefined;
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new UserError('The API key holds characters that no key has.', { todo: 'Copy it again, without quotes or line breaks.', exitCode: 3 });
  return trimmed;
}

const howToWrite = 'Write it like http://localhost:11434 in the settings or in ANTHROPIC_BASE_URL.';

function checkedUrl(baseURL: string): URL {
  let url: URL;
  try {
    url = new URL(baseURL);
  } catch {
    throw new UserError('The base URL is no URL.', { todo: howToWrite, exitCode: 3 });
  }
  if (!/^https?:$/.test(url.protocol) || !url.hostname) throw new UserError('The base URL is none of http or https.', { todo: howToWrite, exitCode: 3 });
  if (url.username || url.password)
    throw new UserError('The base URL holds a user name or password, which can’t be sent that way.', {
      todo: 'Leave it out, and set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN.',
      exitCode: 3,
    });
  return url;
}

/**
 * What a person has set, as it will be used.
 * @throws UserError (exit code 3) for a base URL that is none, a key that cannot be one, and no key where one is needed; never shows a key.
 */
export function checkedTarget(options: { baseURL?: string; apiKey?: string; authToken?: string }): Target {
  const own = options.baseURL?.trim();
  const baseURL = own || 'https://api.anthropic.com';
  const { host } = checkedUrl(baseURL);
  const apiKey = credential(options.apiKey);
  const authToken = credential(options.authToken);
  if (!apiKey && !authToken && !own) {
    throw new UserError('No API key is set.', {
      todo: 'Set ANTHROPIC_API_KEY, or in VS Code run the command "Haiku First: Set API Key"; for a local server set ANTHROPIC_BASE_URL.',
      exitCode: 3,
    });
  }
  return { baseURL, host, apiKey, authToken };
}
