import { knownModel } from './models';

/** One thing that is known of how a model works, with where it was read. */
export interface Trait {
  /** One sentence, as advice to whoever writes instructions for the model. */
  text: string;
  source: string;
}

/** What a model is known to do badly without being told, so that a strategy for it can say so. Short, dated, sourced. */
export interface Profile {
  traits: readonly Trait[];
  /** The day the sources were read. */
  asOf: string;
}

const haiku55 = 'https://platform.claude.com/docs/en/build-with-claude/prompt-engineering/prompting-claude-haiku-5-5';
const allModels = 'https://platform.claude.com/docs/en/build-with-claude/prompt-engineering/claude-prompting-best-practices';
const asOf = '2026-11-22';

/** Of all current models; the only thing said of a model without a profile of its own. */
const common: readonly Trait[] = [
  { text: 'It does what is written, closely: whatever it should do must be said, with the reason where the reason helps to generalise.', source: allModels },
  { text: 'It copies examples in detail: an example must show exactly what is wanted, and nothing that is not.', source: allModels },
];

const profiles: Readonly<Record<string, readonly Trait[]>> = {
  'claude-haiku-5-5': [
    {
      text: 'At low effort it is more likely to skip a check or to stop before the work is done; strict rules are followed better at high effort.',
      source: haiku55,
    },
    { text: 'It thinks by default, and telling it to answer directly does not stop that; thinking counts towards the longest answer.', source: haiku55 },
    { text: 'With long instructions it may stop early and hand the task back: say what makes the work complete.', source: haiku55 },
    { text: 'It reports work as done without a check that exercises it: name the check, and that it comes before the answer.', source: haiku55 },
    { text: 'Reasoning may show up in text that is meant for a reader: say that the answer holds the output and nothing else.', source: haiku55 },
  ],
  'claude-haiku-4-5': [
    { text: 'It has no effort levels; with little room to think, steps that build on one another must be written out one by one.', source: haiku55 },
  ],
};

/** What is known of a model: its own traits, then those of all current models. */
export function profileOf(model: string): Profile {
  const id = knownModel(model)?.id ?? model;
  return { traits: [...(Object.hasOwn(profiles, id) ? (profiles[id] as readonly Trait[]) : []), ...common], asOf };
}
