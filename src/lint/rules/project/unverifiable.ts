import type { Rule } from '../../issue';
import { short } from './repeatedInstruction';
import { statementsOf } from './statements';

/** Paragraphs that are nothing but the wish for a quality: no reader can tell whether it is met. */
const wishes =
  /^(?:please |always |you should |make sure to |try to |be sure to )*(?:be careful|use (?:good|your best|sound) judge?ment|use common sense|handle errors (?:gracefully|properly|appropriately|correctly)|(?:write|produce) (?:efficient|performant|elegant|robust|scalable|secure|modular|simple|idiomatic)(?:,? (?:and )?(?:efficient|performant|elegant|robust|scalable|secure|modular|simple|idiomatic|maintainable|clean|readable))* code|(?:optimi[sz]e|code) for (?:performance|readability|maintainability)(?: (?:and|or) (?:performance|readability|maintainability))?|keep (?:it|things|(?:the |your )?code) (?:simple|dry|modular|organi[sz]ed|maintainable|tidy)|keep functions (?:small|short|focused|small and focused|short and focused)|(?:test|document|comment) (?:your |the )?(?:code|everything|changes) (?:thoroughly|well|properly|carefully)|ensure (?:high )?(?:code )?quality|maintain (?:high )?code quality|write good (?:tests|documentation|comments)|add (?:appropriate|proper|sufficient) (?:comments|tests|error handling|logging|documentation)|consider (?:performance|security|edge cases)|think (?:carefully|hard)|pay attention to details?|do your best)$/;

export const unverifiableRule: Rule = {
  id: 'project/unverifiable',
  severity: 'info',
  title: 'An instruction that nobody can verify',
  kinds: ['project'],
  check: ({ project, markdown }) =>
    statementsOf(project)
      .filter(({ normal, alone }) => alone && wishes.test(normal))
      .map(({ text, from, to }) => ({
        message: `“${short(text)}” names a wish and no measure: say what it means here, so that one can see whether it is met, or take it out.`,
        range: markdown.range(from, to),
      })),
};
