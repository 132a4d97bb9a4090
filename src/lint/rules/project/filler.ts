import type { Rule } from '../../issue';

/** Whole instructions that every model follows unasked: nothing here can be checked, and each costs tokens in every session. */
const phrases =
  /\b(?:(?:always )?(?:write|writing|produce) (?:(?:clean|readable|good|maintainable|high[- ]quality|well[- ]structured),? (?:and )?)+code|follow(?:ing)? (?:industry |general |coding )?best practices(?! (?:for|of|in|from|described|below|set|at|documented))|use (?:meaningful|descriptive|clear) (?:variable|function) (?:and function |and variable )?names|be (?:helpful and )?(?:concise and )?helpful|keep (?:the |your )?code clean|make sure (?:the |your )?code (?:works|is correct)|think step by step)\b/gi;

export const fillerRule: Rule = {
  id: 'project/filler',
  severity: 'info',
  title: 'Filler that any model knows',
  kinds: ['project'],
  check(subject) {
    return subject.project.prose.flatMap(({ text, from }) =>
      [...text.matchAll(phrases)].map((match) => ({
        message: `“${match[0]}” tells a model nothing it does not do anyway: take it out, or say what it means here so that it can be checked.`,
        range: subject.markdown.range(from + match.index, from + match.index + match[0].length),
      })),
    );
  },
};
