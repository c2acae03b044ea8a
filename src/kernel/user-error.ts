// The one kind of error that is the user's to mend: printed without a stack, exit code 2.

export class UserError extends Error {
  override name = 'UserError';
  /** Every line is one complete message: what is wrong, where, and what to do. */
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    const list = typeof problems === 'string' ? [problems] : problems;
    super(list.join('\n'));
    this.problems = list;
  }
}
