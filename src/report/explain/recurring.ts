// What is paid by the month whatever is served: storage, staff, licences; and transfer, by what is served.
import type { Input } from './explanation.ts';
import { constant, given, hoursOf, ledgerSource, sumOf, type Money } from './money.ts';
import type { Explain } from './registry.ts';

const MONTH_HOURS = constant('monthHours', 730, 'h', 'hours of a month');

export const storage: Explain = (money) => {
  const { terabytes, usdPerTbMonth } = money.scenario.economics.recurring.storage;
  return {
    formula: 'terabytes × price × hours ÷ monthHours',
    inputs: [
      given(money, 'economics.storage.terabytes', {
        name: 'terabytes',
        what: 'stored',
        value: terabytes,
        unit: 'TB',
      }),
      given(money, 'economics.storage.price', {
        name: 'price',
        what: 'price of a month',
        value: usdPerTbMonth,
        unit: '$/TB-month',
      }),
      hoursOf(money),
      MONTH_HOURS,
    ],
    notes: [],
  };
};

export const staff: Explain = (money) =>
  monthly(money, 'economics.staff', money.scenario.economics.recurring.staffUsdPerMonth);

export const licences: Explain = (money) =>
  monthly(money, 'economics.licences', money.scenario.economics.recurring.licencesUsdPerMonth);

function monthly(money: Money, key: string, value: number) {
  const price = given(money, key, { name: 'usdPerMonth', what: 'a month', value, unit: '$' });
  return {
    formula: 'usdPerMonth × hours ÷ monthHours',
    inputs: [price, hoursOf(money), MONTH_HOURS],
    notes: [],
  };
}

export const transfer: Explain = (money) => {
  const { usdPerGb, bytesPerOutputToken, bytesPerRequest } = money.scenario.economics.recurring.transfer;
  const rows = money.rows.length;
  const counted = (name: 'requests' | 'outputTokens', column: string, what: string): Input => ({
    name,
    what,
    value: sumOf(money.rows, name),
    unit: '',
    source: ledgerSource(column, rows),
  });
  return {
    formula: '(outputTokens × tokenBytes + requests × requestBytes) ÷ gigabyte × price',
    inputs: [
      counted('outputTokens', 'output_tokens', 'output tokens of the day'),
      given(money, 'economics.transfer.bytesPerOutputToken', {
        name: 'tokenBytes',
        what: 'bytes of an output token',
        value: bytesPerOutputToken,
        unit: 'B',
      }),
      counted('requests', 'completed', 'requests finished in the day'),
      given(money, 'economics.transfer.bytesPerRequest', {
        name: 'requestBytes',
        what: 'bytes of a request beside them',
        value: bytesPerRequest,
        unit: 'B',
      }),
      constant('gigabyte', 1e9, 'B', 'a gigabyte'),
      given(money, 'economics.transfer.price', {
        name: 'price',
        what: 'price of transfer out',
        value: usdPerGb,
        unit: '$/GB',
      }),
    ],
    notes: [],
  };
};
