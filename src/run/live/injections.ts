// Events of a run in the order in which they take effect: from a file, or ordered while it goes on. Each takes effect at a
// moment at which all cells stand still, so nothing depends on threads; when it has, is kept, so that it can be done again.
import type { ScalingDecision } from '../../control/controller.ts';
import { loadScalingPolicies } from '../../policies/scaling/registry.ts';
import { eventChoices, eventProblems, type EventChoices } from '../../scenario/events/check.ts';
import type { EventOrder, RunEvent } from '../../scenario/events/event.ts';
import { withDefaults } from '../../scenario/events/file.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Burst } from '../../workload/bursts.ts';
import type { ControlRoom } from '../control-room.ts';

export interface InjectionsState {
  applied: RunEvent[];
  waiting: RunEvent[];
}

export class Injections {
  readonly #scenario: Scenario;
  /** In time order; never changed, only replaced. */
  #applied: readonly RunEvent[];
  #waiting: RunEvent[];
  /** Of which no cell has been told. */
  #bursts: Burst[] = [];

  constructor(scenario: Scenario, { applied, waiting }: InjectionsState) {
    this.#scenario = scenario;
    this.#applied = applied;
    this.#waiting = waiting.slice();
  }

  get applied(): readonly RunEvent[] {
    return this.#applied;
  }

  /** Whose time has not come. */
  get waiting(): readonly RunEvent[] {
    return this.#waiting;
  }

  async choices(): Promise<EventChoices> {
    await loadScalingPolicies();
    return eventChoices(this.#scenario);
  }

  /** What is wrong with it, or undefined: then it will take effect at the next stop, which begins when `next` says. */
  async order(order: EventOrder, next: () => number): Promise<string | undefined> {
    if (order.kind === 'policy') await loadScalingPolicies([order.policy]);
    // Only now: loading takes a moment, in which the run goes on.
    const event: RunEvent = { ...order, atSeconds: next() };
    const [problem] = eventProblems(event, this.#scenario);
    if (problem !== undefined) return `${problem.path.join('.')} ${problem.message}`;
    const after = this.#waiting.findIndex(({ atSeconds }) => atSeconds > event.atSeconds);
    this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, withDefaults(event));
    return undefined;
  }

  isDue(atSeconds: number): boolean {
    return this.#waiting.length > 0 && this.#waiting[0].atSeconds <= atSeconds;
  }

  /** Lets what is due take effect; returns what that means for the replicas of pools that scale. */
  apply(atSeconds: number, control: ControlRoom): ScalingDecision[] {
    const decisions: ScalingDecision[] = [];
    while (this.isDue(atSeconds)) {
      const event = { ...this.#waiting.shift()!, atSeconds };
      const number = this.#applied.length;
      this.#applied = [...this.#applied, event];
      if (event.kind === 'burst') {
        const { factor, durationSeconds } = event;
        const toSeconds = atSeconds + durationSeconds;
        this.#bursts.push({ number, factor, fromSeconds: atSeconds, toSeconds });
      } else {
        const decision = control.apply(event);
        if (decision !== undefined) decisions.push(decision);
      }
    }
    return decisions;
  }

  /** Once, for all cells; undefined where there are none. */
  takeBursts(): Burst[] | undefined {
    if (this.#bursts.length === 0) return undefined;
    const bursts = this.#bursts;
    this.#bursts = [];
    return bursts;
  }

  save(): InjectionsState {
    return { applied: this.#applied.slice(), waiting: this.#waiting.slice() };
  }
}
