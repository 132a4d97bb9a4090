import { posix } from 'node:path';
import { lineRange } from '../../../text';
import type { Rule } from '../../issue';

export const noForbiddenWordsRule: Rule = {
  id: 'voice/no-forbidden-words',
  severity: 'info',
  title: 'No words to avoid',
  kinds: ['voice'],
  check({ voice, markdown, path }) {
    if (voice.avoid.length) return [];
    const title = voice.sections[0];
    const range = title?.headingRange ?? lineRange(markdown.index, 0);
    return [
      {
        message: `${posix.basename(path)} names no words to avoid: list those you never want under “Words to avoid”, so that \`voice:\` checks can find them.`,
        range,
      },
    ];
  },
};
