import { UserError } from '../ports';

/** A limit and what it is called when it stops something. */
export interface Cap {
  /** `--max-cost`, `budget.usd of CONTEXT.md` …: named in the message. */
  name: string;
  usd: number;
  /** What it limits; one run where nothing is said. A month is a calendar month in UTC, of all tasks of the `.haiku` folder. */
  of?: 'run' | 'task' | 'month';
}

/** A cap that the next call could pass. */
export class CapReached extends UserError {
  constructor(
    message: string,
    /** True where it would fit if what is under way cost nothing: waiting may help. */
    readonly hopeful = false,
    /** True where it would fit if its prompt were empty: counting it may help. */
    readonly fitsEmpty = false,
  ) {
    super(message, { todo: 'Raise the cap, or spend less: shorter context, a smaller budget for the stage.', exitCode: 1 });
  }
}
