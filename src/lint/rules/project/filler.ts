import type { Rule } from '../../issue';
import { short } from './repeatedInstruction';
import { statementsOf } from './statements';

/** Whole instructions that every model follows unasked: nothing here can be checked, and each costs tokens in every session. */
const phrases =
  /^(?:please |always |you should |make sure to |be sure to |try to |remember to )*(?:(?:write|produce) (?:(?:clean|readable|good|maintainable|high[- ]quality|well[- ]structured),? (?:and )?)+code|follow (?:industry |general |coding |software )?best practices|use (?:meaningful|descriptive|clear) (?:variable|function) (?:and function |and variable )?names|(?:be |stay )(?:concise and |polite and )?helpful(?: and concise)?|keep (?:the |your )?code clean|make sure (?:the |your )?code (?:works|is correct)|think step by step|you are (?:an? )?(?:helpful|expert|world-class|senior|experienced) [\w ]{0,30}(?:assistant|developer|engineer|programmer))$/;

export const fillerRule: Rule = {
  id: 'project/filler',
  severity: 'info',
  title: 'Filler that any model knows',
  kinds: ['project'],
  check: ({ project, markdown }) =>
    statementsOf(project)
      .filter(({ normal }) => phrases.test(normal))
      .map(({ text, from, to }) => ({
        message: `“${short(text)}” tells a model nothing it does not do anyway: take it out, or say what it means here so that it can be checked.`,
        range: markdown.range(from, to),
      })),
};
