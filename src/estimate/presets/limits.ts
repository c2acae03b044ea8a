// What the assumptions of the presets may be set to: wide, but so that no result leaves the range of float64 or loses its
// sense; and sources that several presets share.
import { ECONOMICS_DEFAULTS } from '../../catalog/tariffs.ts';
import type { Input } from '../preset.ts';

export const AMOUNT = { min: 1e-9, max: 1e18 };
export const AMOUNT_OR_NONE = { min: 0, max: 1e18 };
export const WHOLE_COUNT = { min: 1, max: 1e9, whole: true };
export const SHARE = { min: 1e-6, max: 1 };

export const GPU_HOUR_PRICE: Input = {
  name: 'usdPerGpuHour',
  what: 'price of a GPU-hour',
  unit: 'US$ per GPU-hour',
  value: ECONOMICS_DEFAULTS.rentUsdPerGpuHour,
  source: 'CoreWeave list price of an A100-80GB on demand, read February 2024',
  limits: AMOUNT_OR_NONE,
  dimension: 'usdPerGpuHour',
  range: {
    low: 1,
    high: 4.1,
    why: 'US$ 1.00: SemiAnalysis, February 2023; US$ 4.10: AWS p4d.24xlarge on demand, US$ 32.77 for 8 A100, 2023',
  },
};

export const SERVER_WATTS: Input = {
  name: 'wattsPerServer',
  what: 'power of a server',
  unit: 'W',
  value: 6500,
  source: 'NVIDIA DGX A100 data sheet, May 2020: nameplate',
  limits: AMOUNT_OR_NONE,
  dimension: 'watts',
};

export const GPUS_PER_SERVER: Input = {
  name: 'gpusPerServer',
  what: 'GPUs of a server',
  unit: '',
  value: 8,
  source: 'NVIDIA DGX A100 data sheet, May 2020',
  limits: { min: 1, max: 1000, whole: true },
};
