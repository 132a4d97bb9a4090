/**
 * A simulation, no model: a cheap one that follows explicit procedures and fails without them, and a dear one that knows the procedures and writes down
 * the ones it sees missing. Deterministic, with a known optimum: all five steps, none of them harmful. What it shows is that the loop works, and nothing
 * about how well real models do.
 */

/** One thing a reply has to get right: the words that tell the cheap model how, and the check that fails where nobody did. */
interface Skill {
  step: string;
  check: string;
  /** True where a ticket needs it. */
  needed(ticket: string): boolean;
}

export const skills: readonly Skill[] = [
  { step: 'Begin with the ticket number.', check: 'matches: /^#\\d+/', needed: () => true },
  { step: 'End with “Kind regards”.', check: 'contains: "Kind regards"', needed: (ticket) => ticket.includes('formal') },
  { step: 'Never apologise.', check: 'excludes: sorry', needed: (ticket) => ticket.includes('angry') },
  { step: 'Keep to forty words.', check: 'words: <= 40', needed: (ticket) => ticket.includes('long') },
  { step: 'Name the next action in a list.', check: 'items: >= 1', needed: (ticket) => ticket.includes('action') },
];

/** A step that looks well and spoils what is angry. */
export const harmfulStep = 'Say sorry first, whatever it is about.';

/** The stage that is simulated; its checks are the skills'. */
export const document = `# Support

## Part 1: Specification (Required)

Answer support tickets.

## Stage 1: Answer (Haiku)
- Input: Ticket
- Task: Answer the ticket.
- Output: Reply
- Retries: 0
- Checks:
${skills.map(({ check }) => `  - ${check.startsWith('items') ? 'any of:\n    - items: >= 1\n    - excludes: next' : check}`).join('\n')}
`;

const traits = ['formal', 'angry', 'long', 'action'];

/** So many tickets, each with some of the traits; every trait comes in about half of them. */
export function tickets(count: number): { id: string; Ticket: string }[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `t${i}`,
    Ticket: `Ticket #${100 + i}: ${traits.filter((_, k) => (i >> k) & 1 || i % 7 === k).join(' ')} request`,
  }));
}

/** What the cheap model answers to a ticket, told so much. */
function reply(ticket: string, told: string): string {
  const number = /#(\d+)/.exec(ticket)?.[1];
  const does = (at: number) => told.includes((skills[at] as Skill).step);
  const apologises = told.includes(harmfulStep) || (ticket.includes('angry') && !does(2));
  return [
    does(0) ? `#${number}` : 'Hello!',
    apologises ? 'We are sorry for this.' : 'Thank you for writing.',
    ticket.includes('long') && !does(3) ? 'We look into it and come back. '.repeat(8).trim() : 'We look into it.',
    ticket.includes('action') ? (does(4) ? '\n- We check your account next.\n' : 'We check your account next.') : '',
    ticket.includes('formal') && !does(1) ? 'Bye' : 'Kind regards',
  ].join('\n');
}

export interface Asked {
  model: string;
  system: string;
  user: string;
}

export interface SimulationOptions {
  /** Steps that the dear model sees missing at once; all where nothing is said. */
  stepsAtOnce?: number;
  /** Every so many strategies it writes a harmful step into one. */
  harmfulEvery?: number;
}

/** The two models, by their ids. What was asked is kept. */
export class Simulation {
  readonly asked: Asked[] = [];
  private written = 0;

  constructor(private readonly options: SimulationOptions = {}) {}

  answer(asked: Asked): string {
    this.asked.push(asked);
    if (asked.system.includes('You are hired for one job')) return JSON.stringify(this.strategy(asked));
    const ticket = [...asked.user.matchAll(/Ticket #\d+:[^\n<]*/g)].at(-1)?.[0] ?? '';
    // The dear one needs no procedure.
    return reply(ticket, asked.model.includes('haiku') ? asked.system : skills.map(({ step }) => step).join(' '));
  }

  private strategy({ user }: Asked) {
    const attempts = user.slice(user.indexOf('</prompt_of_the_stage>'));
    const current = /<current_strategy>([\s\S]*?)<\/current_strategy>/.exec(attempts)?.[1] ?? '';
    const kept = skills.filter(({ step }) => current.includes(step));
    const missing = skills.filter((skill) => !kept.includes(skill) && attempts.includes(skill.check.startsWith('items') ? '- any of' : `- ${skill.check}`));
    const harmful = this.options.harmfulEvery !== undefined && ++this.written % this.options.harmfulEvery === 0;
    const steps = [...kept, ...missing.slice(0, this.options.stepsAtOnce ?? missing.length)].map(({ step }) => step);
    return {
      task: 'Answer a support ticket.',
      constraints: [],
      procedure: [...(steps.length || harmful ? steps : ['Read the ticket.']), ...(harmful ? [harmfulStep] : [])],
      whenToThink: 'Nowhere.',
      mistakes: [],
      selfCheck: [],
      example: { input: 'A ticket', output: 'A reply' },
    };
  }
}
