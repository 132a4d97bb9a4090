import { secretsIn } from '../../secrets';
import { kinds } from '../../steering/kinds';
import type { Rule } from '../issue';

/** The message names what it is and where, never the secret: reports end up in logs. */
export const secretRule: Rule = {
  id: 'file/secret',
  severity: 'error',
  title: 'A secret in a steering file',
  kinds,
  check: async ({ text, markdown }) =>
    (await secretsIn(text)).map(({ from, to, kind }) => ({
      message: `Line ${markdown.index.positionAt(from).line + 1} holds ${kind}, which every session sends to a model and everyone who has this file can use. Take it out and revoke it.`,
      range: markdown.range(from, to),
    })),
};
