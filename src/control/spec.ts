// How a pool scales: what the controller is made of. Plain data, checked by the scenario; times in seconds.
import type { SignalNeed } from '../policies/scaling/policy.ts';

/** A time that is drawn anew each time; lognormal with this mean and standard deviation, constant where that is 0. */
export interface DurationSpec {
  meanSeconds: number;
  sdSeconds: number;
}

export interface SignalSpec {
  /** Metrics are scraped so often, rates are means over so long, and all is so old when a policy sees it. */
  scrapeSeconds: number;
  rateWindowSeconds: number;
  lagSeconds: number;
  /** When scrapes fail. */
  outages: { fromSeconds: number; toSeconds: number }[];
}

/** What is done to a recommendation; HPA and KPA have rules of their own, so the defaults change nothing. */
export interface StabilisationSpec {
  /** Up only to the least recommendation of that long, down only to the greatest. */
  upWindowSeconds: number;
  downWindowSeconds: number;
  /** Replicas per minute at most; Infinity: no limit. */
  upPerMinute: number;
  downPerMinute: number;
}

export interface ColdStartSpec {
  /** From the order until the node is there; 0 for a node that is on already. */
  provision: DurationSpec;
  /** From then until it serves: weights, graph capture, warm-up; on a node that was on just before, `reload`. */
  load: DurationSpec;
  reload: DurationSpec;
  /** Probability that an order of a new node finds no capacity; it is tried again after so long. */
  noCapacityProbability: number;
  retrySeconds: number;
}

/** Nodes that their owner may take back. */
export interface SpotSpec {
  /** Of the nodes that there may be: see isSpotNode. */
  share: number;
  /** How often one is taken back in an hour that it is there, in the mean. */
  reclaimsPerNodeHour: number;
  /** From when that is known until the node is gone. */
  noticeSeconds: number;
}

/** A policy of the user's own: a file that exports one, a program that is asked, or one that code hands to the run. */
export type OwnPolicySpec =
  | { kind: 'module'; path: string }
  | {
      kind: 'program';
      /** The program and its arguments. */
      command: string[];
      /** Real seconds; an answer that takes longer is late. */
      timeoutSeconds: number;
      intervalSeconds: number;
      needs: SignalNeed[];
    }
  | { kind: 'code' };

export interface AutoscalingSpec {
  /** By name, see policies/scaling/registry.ts; of one's own (`own`), what it is called. Parameters after defaults. */
  policy: string;
  own?: OwnPolicySpec;
  parameters: unknown;
  minReplicas: number;
  maxReplicas: number;
  /** Ready at the start. */
  initialReplicas: number;
  signals: SignalSpec;
  stabilisation: StabilisationSpec;
  coldStart: ColdStartSpec;
  /** A node without replicas stays on so long. */
  emptyNodeSeconds: number;
  /** A closed replica may serve what it has for so long; then it is taken away, and its requests are … */
  drainGraceSeconds: number;
  killed: 'retry' | 'lose';
  /** The rate that one replica holds within the SLO, for bounds that know it. */
  replicaCapacityPerSecond?: number;
}
