// From the completed part `economics` of the file to what the ledger needs.
import { DOLLARS, regionOf } from '../../../catalog/regions.ts';
import type { CarbonSpec, EconomicsSpec, PueSpec, RentSpec, TariffSpec } from '../../../economics/spec.ts';
import { CURRENCIES } from '../../schema/economics/series.ts';
import type { CompleteEconomics } from './complete.ts';
import { filesOf, readNamed, type EconomicsFiles, type RunSpan } from './files.ts';

/** UserError where a file does not do; see checks.ts. */
export function economicsSpec(economics: CompleteEconomics, span: RunSpan): EconomicsSpec {
  const files = filesOf(economics);
  const { region, capital, demandCharge, storage, transfer } = economics;
  return {
    ...(region !== undefined && { region }),
    tariff: tariffSpec(economics.electricity, files, span),
    ...(demandCharge && {
      demandCharge: { usdPerKwMonth: demandCharge.price, intervalSeconds: demandCharge.interval },
    }),
    pue: pueSpec(economics.pue, files, span),
    nodePriceUsd: economics.nodePrice,
    capital: {
      method: capital.method,
      lifeYears: economics.life,
      salvageUsd: economics.salvage,
      interestRate: capital.interest,
      ageYears: capital.age,
      networkShare: capital.network,
      rackShare: capital.rack,
      facilityShare: capital.facility,
      overheadShare: economics.capexOverhead,
    },
    rent: rentSpec(economics.rent, files, span),
    recurring: {
      maintenanceShare: economics.maintenance,
      storage: { terabytes: storage.terabytes, usdPerTbMonth: storage.price },
      transfer: {
        usdPerGb: transfer.price,
        bytesPerOutputToken: transfer.bytesPerOutputToken,
        bytesPerRequest: transfer.bytesPerRequest,
      },
      staffUsdPerMonth: economics.staff,
      licencesUsdPerMonth: economics.licences,
    },
    carbon: carbonSpec(economics, files, span),
    offWatts: economics.offPower,
    conversions: conversionsOf(economics),
  };
}

function tariffSpec(
  electricity: CompleteEconomics['electricity'],
  files: EconomicsFiles,
  span: RunSpan,
): TariffSpec {
  if (electricity.kind === 'flat') return { kind: 'flat', usdPerKwh: electricity.price! };
  if (electricity.kind === 'hourly') return { kind: 'series', usdPerKwh: readNamed(files.price!, span) };
  const { kind, timeZone, price, holidays, periods } = electricity;
  return {
    kind,
    timeZone: timeZone!,
    usdPerKwh: price,
    holidays,
    periods: periods.map(({ days, fromMonth, toMonth, fromHour, toHour, price: usdPerKwh }) => {
      const isWholeYear = fromMonth === 1 && toMonth === 12;
      return {
        days,
        ...(!isWholeYear && { months: { from: fromMonth, to: toMonth } }),
        fromHour,
        toHour,
        usdPerKwh,
      };
    }),
  };
}

function pueSpec(pue: CompleteEconomics['pue'], files: EconomicsFiles, span: RunSpan): PueSpec {
  if (typeof pue === 'number') return { kind: 'constant', pue };
  return {
    kind: 'curve',
    fullLoadWatts: pue.fullLoad,
    curves: pue.curves ?? [{ points: pue.curve! }],
    ...(files.temperature && { celsius: readNamed(files.temperature, span) }),
  };
}

function rentSpec(rent: CompleteEconomics['rent'], files: EconomicsFiles, span: RunSpan): RentSpec {
  const { price, granularity, minimum, reserved, spot } = rent;
  const spotPrice = files.spot ? readNamed(files.spot, span) : (spot?.price as number | undefined);
  return {
    usdPerGpuHour: price,
    granularitySeconds: granularity,
    minimumSeconds: minimum,
    ...(reserved && { reserved: { nodes: reserved.nodes, usdPerGpuHour: reserved.price } }),
    ...(spot && {
      spot: {
        ...(spot.share !== undefined && { share: spot.share }),
        usdPerGpuHour: spotPrice ?? price * (1 - spot.discount!),
      },
    }),
  };
}

function carbonSpec({ carbon, life }: CompleteEconomics, files: EconomicsFiles, span: RunSpan): CarbonSpec {
  const gramsPerKwh = files.intensity
    ? readNamed(files.intensity, span)
    : (carbon.intensity as number | undefined);
  return {
    ...(gramsPerKwh !== undefined && { gramsPerKwh }),
    unit: carbon.unit,
    contractedShare: carbon.contractedShare,
    embodiedKgPerNode: carbon.embodied,
    lifeYears: life,
  };
}

/** Those that the scenario gives, and that of the region's own price. */
function conversionsOf({ currency, region, electricity }: CompleteEconomics): EconomicsSpec['conversions'] {
  const own = CURRENCIES.flatMap((code) => {
    const usd = currency?.[code];
    return usd === undefined ? [] : [{ currency: code as string, usd, date: currency!.date }];
  });
  const { currency: code, amountPerKwh } = region === undefined ? NO_PRICE : regionOf(region).price;
  if (code === 'USD' || electricity.kind !== 'flat') return own;
  const { usd, date } = DOLLARS[code];
  return electricity.price === amountPerKwh * usd ? [...own, { currency: code, usd, date }] : own;
}

const NO_PRICE = { currency: 'USD', amountPerKwh: 0 } as const;
