// Questions that have been put to all groups, and what the groups have answered so far. Several may be open at once:
// every group answers them in the order in which they were asked, one group sooner than another.

interface Round<Question, Answer> {
  question: Question;
  /** By group. */
  answers: (Answer | undefined)[];
}

export class Answers<Question, Answer> {
  readonly #groupCount: number;
  /** The oldest first. */
  readonly #open: Round<Question, Answer>[] = [];

  constructor(groupCount: number) {
    this.#groupCount = groupCount;
  }

  /** Questions that some group has not answered, or whose answers were not taken. */
  get open(): number {
    return this.#open.length;
  }

  asked(question: Question): void {
    this.#open.push({ question, answers: Array.from({ length: this.#groupCount }, () => undefined) });
  }

  /** The next answer of a group. */
  add(group: number, answer: Answer): void {
    this.#open.find(({ answers }) => answers[group] === undefined)!.answers[group] = answer;
  }

  /** The oldest question, if all groups have answered it; it stays until it is taken. */
  get complete(): Question | undefined {
    const oldest = this.#open[0];
    return oldest === undefined || oldest.answers.includes(undefined) ? undefined : oldest.question;
  }

  /** The oldest question, which is complete, and its answers by group. */
  take(): { question: Question; answers: Answer[] } {
    return this.#open.shift() as { question: Question; answers: Answer[] };
  }
}
