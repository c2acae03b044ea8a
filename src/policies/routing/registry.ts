// Routing policies by name: a new one is a file beside this one and a line here.
import type { Members } from '../../fleet/members.ts';
import type { FleetView, Router } from '../../fleet/router.ts';
import type { RoutingPolicy } from '../../fleet/spec.ts';
import type { RandomStream } from '../../kernel/random.ts';
import { LeastOutstanding } from './least-outstanding.ts';
import { PowerOfTwo } from './power-of-two.ts';
import { RandomChoice } from './random.ts';
import { RoundRobin } from './round-robin.ts';

export const ROUTERS: Record<
  RoutingPolicy,
  new (fleet: FleetView, members: Members, random: RandomStream) => Router
> = {
  'round-robin': RoundRobin,
  random: RandomChoice,
  'power-of-two': PowerOfTwo,
  'least-outstanding': LeastOutstanding,
};
