// Rent: node-hours as billed, by the price that they were paid at. It contains electricity, cooling and capital.
import { pricedPools, type PricedPool } from '../../economics/price-window.ts';
import type { Explanation, Input } from './explanation.ts';
import { sumOfProducts } from './explanation.ts';
import {
  figure,
  given,
  hoursOf,
  ledgerSource,
  rentedPools,
  sumOf,
  type ExplainedPool,
  type Money,
} from './money.ts';
import type { Explain } from './registry.ts';
import { precise } from './show/number.ts';

type Made = Pick<Explanation, 'formula' | 'inputs' | 'notes'>;

export const rent: Explain = (money) => {
  const pools = rentedPools(money);
  if (pools.length === 0) return { formula: '0', inputs: [], notes: ['All nodes are owned.'] };
  const { reserved, spot } = money.scenario.economics.rent;
  if (reserved === undefined && spot === undefined) return onDemandAlone(money, pools);
  const part = (name: string, what: string, column: 'reservedUsd' | 'spotUsd', csv: string): Input => {
    const value = sumOf(money.rows, column);
    return { name, what, value, unit: '$', source: ledgerSource(csv, money.rows.length) };
  };
  const reservedUsd = part('reserved', 'reserved nodes', 'reservedUsd', 'reserved_usd');
  const spotUsd = part('spot', 'spot nodes', 'spotUsd', 'spot_usd');
  const onDemand: Input = {
    name: 'onDemand',
    what: 'on demand: node-hours above the reserved ones that are not spot, window by window',
    value: sumOf(money.rows, 'rentUsd') - reservedUsd.value - spotUsd.value,
    unit: '$',
    source: 'ledger.csv, rent_usd less reserved_usd and spot_usd',
  };
  return { formula: 'reserved + spot + onDemand', inputs: [reservedUsd, spotUsd, onDemand], notes: [] };
};

function onDemandAlone(money: Money, pools: readonly ExplainedPool[]): Made {
  const { usdPerGpuHour, granularitySeconds, minimumSeconds } = money.scenario.economics.rent;
  const terms = pools.map((pool) => [
    billedHours(pool, { what: 'node-hours as billed', column: 'billedNodeHours', csv: 'billed_node_hours' }),
    gpusOf(pool),
    given(money, 'economics.rent.price', {
      name: 'price',
      what: 'rent of a GPU-hour, on demand',
      value: usdPerGpuHour,
      unit: '$/GPU-hour',
    }),
  ]);
  const billing = `A node is billed from its start to its release in units of ${granularitySeconds} s, at least ${minimumSeconds} s.`;
  return { ...sumOfProducts(terms), notes: [billing] };
}

export const reservedRent: Explain = (money) => {
  const { reserved } = money.scenario.economics.rent;
  const priced = pricedOf(money).filter(
    ({ rent: own }) => own.reserved !== undefined && own.reserved.nodes > 0,
  );
  if (reserved === undefined || priced.length === 0)
    return { formula: '0', inputs: [], notes: ['No node is reserved.'] };
  const terms = priced.map(({ gpus, nodes, rent: own }): Input[] => [
    given(money, 'economics.rent.reserved.nodes', {
      name: 'nodes',
      what: 'reserved nodes, used or not',
      value: own.reserved!.nodes,
      unit: '',
    }),
    { name: 'gpus', what: 'GPUs of a node', value: gpus / nodes, unit: '', source: 'fleetday catalog nodes' },
    hoursOf(money),
    given(money, 'economics.rent.reserved.price', {
      name: 'price',
      what: 'rent of a reserved GPU-hour',
      value: reserved.usdPerGpuHour,
      unit: '$/GPU-hour',
    }),
  ]);
  return { ...sumOfProducts(terms), notes: [] };
};

export const spotRent: Explain = (money) => {
  const { spot } = money.scenario.economics.rent;
  if (spot === undefined) return { ...summedSpot(money), notes: ['No node is a spot instance.'] };
  if (spot.share !== undefined) return { ...summedSpot(money), notes: [] };
  const { usdPerGpuHour } = spot;
  // A price that changes belongs to its window.
  if (typeof usdPerGpuHour !== 'number') return { ...summedSpot(money), notes: reclaimNotes(money) };
  const what = 'node-hours as billed on spot nodes';
  const terms = spotPools(money).map((pool) => [
    billedHours(pool, { what, column: 'spotNodeHours', csv: 'spot_node_hours' }),
    gpusOf(pool),
    given(money, 'economics.rent.spot', {
      name: 'price',
      what: 'rent of a GPU-hour on spot nodes',
      value: usdPerGpuHour,
      unit: '$/GPU-hour',
    }),
  ]);
  return { ...sumOfProducts(terms), notes: reclaimNotes(money) };
};

function summedSpot(money: Money): Pick<Made, 'formula' | 'inputs'> {
  const { spot } = money.scenario.economics.rent;
  const hours =
    spot?.share === undefined
      ? 'node-hours on spot nodes'
      : 'spot share of the node-hours above the reserved ones';
  const value = sumOf(money.rows, 'spotUsd');
  const source = ledgerSource('spot_usd', money.rows.length);
  const what = `${hours} × spot price, window by window`;
  return { formula: 'spot', inputs: [{ name: 'spot', what, value, unit: '$', source }] };
}

export const reclaims: Explain = (money) => {
  if (spotPools(money).length === 0) return undefined;
  const counted = figure(money, 'reclaims', { name: 'notices', what: 'notices of a reclaim', unit: '' });
  const source = 'scaling.csv, rows whose reason says that a spot node is reclaimed';
  return { formula: 'notices', inputs: [{ ...counted, source }], notes: reclaimNotes(money) };
};

/** What was to be expected of so many hours, beside what was drawn. */
function reclaimNotes(money: Money): string[] {
  const cutOff = Number(money.summary.reclaim_retried) + Number(money.summary.reclaim_lost);
  return spotPools(money).map(({ spec, rows }) => {
    const { reclaimsPerNodeHour, noticeSeconds } = spec.spot!;
    const hours = sumOf(rows, 'spotNodeHours');
    return (
      `Pool ${spec.name}: ${precise(reclaimsPerNodeHour)} reclaims per node-hour over ${precise(hours)} h, ` +
      `so about ${precise(reclaimsPerNodeHour * hours)} expected, with ${noticeSeconds} s of notice; ` +
      `${money.summary.reclaims} were drawn in all, and cut off ${cutOff} requests.`
    );
  });
}

function spotPools(money: Money): readonly ExplainedPool[] {
  return money.pools.filter(({ spec }) => spec.spot !== undefined);
}

/** Of the ledger's rows of the pool, in the column that is called `csv` in the file. */
function billedHours(
  { spec, rows }: ExplainedPool,
  { what, column, csv }: { what: string; column: 'billedNodeHours' | 'spotNodeHours'; csv: string },
): Input {
  const source = ledgerSource(csv, rows.length, `of pool ${spec.name}`);
  return { name: 'nodeHours', what, value: sumOf(rows, column), unit: 'h', source };
}

function gpusOf({ spec, gpusPerNode }: ExplainedPool): Input {
  const source = `fleetday catalog nodes, ${spec.node}`;
  return { name: 'gpus', what: 'GPUs of a node', value: gpusPerNode, unit: '', source };
}

/** With the reserved nodes that are each pool's. */
function pricedOf({ pools, scenario }: Money): PricedPool[] {
  const ledgerPools = pools.map(({ spec, nodes, gpusPerNode }) => ({
    ownership: spec.ownership,
    nodes,
    gpus: nodes * gpusPerNode,
  }));
  return pricedPools(ledgerPools, scenario.economics.rent);
}
