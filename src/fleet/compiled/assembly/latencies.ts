// Histograms of latencies, as kernel/histogram.ts has them.
import { At, HistogramAt } from '../layout.ts';

export const enum Histogram {
  TTFT = 0,
  TPOT = 1,
  ITL = 2,
  E2E = 3,
}

export function add(histogram: i32, ticks: f64): void {
  const h = histogram * HistogramAt.BYTES;
  countIn(h, bucketOf(ticks), 1);
  addToSum(h, ticks);
}

export function addRun(first: f64, step: f64, times: i32, weight: i32, ticks: f64): void {
  const h = Histogram.ITL * HistogramAt.BYTES;
  const bucket = bucketOf(first);
  if (first + step * <f64>(times - 1) < floorOf(bucket + 1)) countIn(h, bucket, <f64>times * <f64>weight);
  else addAcrossBuckets(h, first, step, times, weight);
  const sum = ticks * <f64>weight;
  if (sum < LIMB) addToSum(h, sum);
  else for (let i = 0; i < weight; i++) addToSum(h, ticks);
}

function addAcrossBuckets(h: i32, first: f64, step: f64, times: i32, weight: i32): void {
  let bucket = bucketOf(first);
  const lastBucket = bucketOf(first + step * <f64>(times - 1));
  let done = 0.0;
  while (bucket < lastBucket) {
    const below = ceil((floorOf(bucket + 1) - first) / step);
    countIn(h, bucket, (below - done) * <f64>weight);
    done = below;
    bucket = bucketOf(first + below * step);
  }
  countIn(h, lastBucket, (<f64>times - done) * <f64>weight);
}

const LIMB: f64 = 4503599627370496;

function bucketOf(ticks: f64): i32 {
  const bucket = <i32>(reinterpret<u64>(ticks) >> 45) - (((1023 + 12) << 7) - 1);
  return bucket > 0 ? bucket : 0;
}

function floorOf(bucket: i32): f64 {
  return load<f64>(bucket << 3, At.FLOORS);
}

function countIn(h: i32, bucket: i32, values: f64): void {
  const b = h + (bucket << 3);
  store<f64>(b, load<f64>(b, At.HISTOGRAMS) + values, At.HISTOGRAMS);
  store<u8>(h + ((bucket + 127) >>> 7), 1, At.HISTOGRAMS + HistogramAt.USED);
}

function addToSum(h: i32, value: f64): void {
  let ticks = value;
  if (ticks >= LIMB) {
    const limbs = floor(ticks / LIMB);
    addToHigh(h, limbs);
    ticks -= limbs * LIMB;
  }
  const low = load<f64>(h, At.HISTOGRAMS + HistogramAt.SUMS) + ticks;
  if (low < LIMB) {
    store<f64>(h, low, At.HISTOGRAMS + HistogramAt.SUMS);
  } else {
    store<f64>(h, low - LIMB, At.HISTOGRAMS + HistogramAt.SUMS);
    addToHigh(h, 1);
  }
}

function addToHigh(h: i32, limbs: f64): void {
  store<f64>(
    h,
    load<f64>(h, At.HISTOGRAMS + HistogramAt.SUMS + 8) + limbs,
    At.HISTOGRAMS + HistogramAt.SUMS + 8,
  );
}
