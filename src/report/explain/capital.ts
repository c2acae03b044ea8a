// Capital and maintenance of owned nodes: paid for every hour of a node's life, busy, idle or off.
import {
  basisUsd,
  capitalUsdPerNodeHour,
  discountFactor,
  HOURS_PER_YEAR,
} from '../../economics/prices/capital.ts';
import { sumOfProducts, type Input } from './explanation.ts';
import { constant, given, hoursOf, namesOf, ownedPools, type Money } from './money.ts';
import type { Explain } from './registry.ts';

const YEAR_HOURS = constant('yearHours', HOURS_PER_YEAR, 'h', 'hours of a year');

export const amortization: Explain = (money) => {
  const { capital } = money.scenario.economics;
  const nodes = ownedNodes(money);
  if (nodes.value === 0)
    return { formula: '0', inputs: [], notes: ['All nodes are rented: rent contains capital.'] };
  const stretches = stretchesOf(money);
  if (stretches.length === 0) {
    return {
      formula: '0',
      inputs: [],
      notes: [`The nodes are older than their life of ${capital.lifeYears} years.`],
    };
  }
  if (capital.method === 'declining-balance') return decliningBalance(money, nodes, stretches);
  const [{ hours }] = stretches;
  const basis = [nodePrice(money), ...shares(money)];
  const sum = `nodePrice × (1 + ${shares(money)
    .map(({ name }) => name)
    .join(' + ')})`;
  const isAnnuity = capital.method === 'annuity' && capital.interestRate > 0;
  if (!isAnnuity) {
    return {
      formula: `nodes × hours × (${sum} − salvage) ÷ (life × yearHours)`,
      inputs: [nodes, hours, ...basis, salvage(money), life(money), YEAR_HOURS],
      notes: [],
    };
  }
  return {
    formula: `nodes × hours × (${sum} − salvage × discount) × interest ÷ (1 − discount) ÷ yearHours`,
    inputs: [nodes, hours, ...basis, salvage(money), ...discounting(money), YEAR_HOURS],
    notes: ['An annuity contains the cost of capital: interest on what is not yet paid back.'],
  };
};

export const maintenance: Explain = (money) => ({
  formula: 'share × nodePrice × nodes × hours ÷ yearHours',
  inputs: [
    given(money, 'economics.maintenance', {
      name: 'share',
      what: 'maintenance a year, of the price of a node',
      value: money.scenario.economics.recurring.maintenanceShare,
      unit: '',
    }),
    nodePrice(money),
    ownedNodes(money),
    hoursOf(money),
    YEAR_HOURS,
  ],
  notes: [],
});

interface Stretch {
  fromAgeHours: number;
  hours: Input;
}

/** Of the run, as far as the nodes live: cut where a declining balance changes its rate. */
function stretchesOf(money: Money): Stretch[] {
  const { capital } = money.scenario.economics;
  const all = hoursOf(money);
  const startHours = capital.ageYears * HOURS_PER_YEAR;
  const endHours = Math.min(startHours + all.value, capital.lifeYears * HOURS_PER_YEAR);
  const isCut = capital.method === 'declining-balance';
  const stretches: Stretch[] = [];
  for (let from = startHours; from < endHours;) {
    const to = isCut
      ? Math.min(endHours, (Math.floor(from / HOURS_PER_YEAR) + 1) * HOURS_PER_YEAR)
      : endHours;
    stretches.push({ fromAgeHours: from, hours: { ...all, value: to - from } });
    from = to;
  }
  return stretches;
}

function decliningBalance(money: Money, nodes: Input, stretches: readonly Stretch[]) {
  const { economics } = money.scenario;
  const terms = stretches.map(({ fromAgeHours, hours }): Input[] => [
    nodes,
    hours,
    {
      name: 'usdPerNodeHour',
      what: `written off per hour in year ${Math.floor(fromAgeHours / HOURS_PER_YEAR) + 1} of a node’s life`,
      value: capitalUsdPerNodeHour(economics, fromAgeHours),
      unit: '$/h',
      source: `2 ÷ ${economics.capital.lifeYears} of the book value ÷ 8,760 h, from $${basisUsd(economics)} on, not below the salvage value`,
    },
  ]);
  return {
    ...sumOfProducts(terms),
    notes: ['What is not written off at the end of the life stays in the books.'],
  };
}

function ownedNodes(money: Money): Input {
  const pools = ownedPools(money);
  const value = pools.reduce((sum, { nodes }) => sum + nodes, 0);
  const source = `${money.placeOf('fleet.pools')}, replicas ÷ replicas per node, rounded up`;
  return {
    name: 'nodes',
    what: ['owned nodes', namesOf(money, pools)].join(' ').trim(),
    value,
    unit: '',
    source,
  };
}

function nodePrice(money: Money): Input {
  const value = money.scenario.economics.nodePriceUsd;
  return given(money, 'economics.nodePrice', {
    name: 'nodePrice',
    what: 'price of a node',
    value,
    unit: '$',
  });
}

/** Those that there are; at least the first. */
function shares(money: Money): Input[] {
  const { networkShare, rackShare, facilityShare, overheadShare } = money.scenario.economics.capital;
  const listed: [string, string, string, number][] = [
    ['capexOverhead', 'overhead', 'network, racks and building, of the nodes’ price', overheadShare],
    ['capital.network', 'network', 'network, of the nodes’ price', networkShare],
    ['capital.rack', 'rack', 'racks, of the nodes’ price', rackShare],
    ['capital.facility', 'facility', 'building, of the nodes’ price', facilityShare],
  ];
  return listed
    .filter(([, , , value], i) => i === 0 || value !== 0)
    .map(([key, name, what, value]) => given(money, `economics.${key}`, { name, what, value, unit: '' }));
}

function salvage(money: Money): Input {
  const value = money.scenario.economics.capital.salvageUsd;
  return given(money, 'economics.salvage', {
    name: 'salvage',
    what: 'worth at the end of the life',
    value,
    unit: '$',
  });
}

function life(money: Money): Input {
  const value = money.scenario.economics.capital.lifeYears;
  return given(money, 'economics.life', { name: 'life', what: 'life of a node', value, unit: 'years' });
}

function discounting(money: Money): Input[] {
  const { interestRate, lifeYears } = money.scenario.economics.capital;
  return [
    given(money, 'economics.capital.interest', {
      name: 'interest',
      what: 'interest a year',
      value: interestRate,
      unit: '',
    }),
    {
      name: 'discount',
      what: `worth today of a dollar at the end of the life, ${1 + interestRate} to the power of −${lifeYears}`,
      value: discountFactor(money.scenario.economics.capital),
      unit: '',
      source: 'from interest and life',
    },
  ];
}
