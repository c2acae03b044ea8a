import { describe, expect, it } from 'vitest';
import { gammaDistribution, logGamma, normalDistribution } from '../../src/kernel/gamma-function.ts';

const close = (actual: number, expected: number, relative = 1e-13) =>
  expect(Math.abs(actual - expected)).toBeLessThan(1e-14 + relative * Math.abs(expected));

describe('the logarithm of the gamma function', () => {
  it('is that of the factorial at whole numbers', () => {
    let logFactorial = 0;
    for (let n = 1; n <= 200; n++) {
      close(logGamma(n), logFactorial);
      logFactorial += Math.log(n);
    }
  });

  it('knows Γ(1/2) = √π, Γ(1/4) = 3.6256… and goes like 1/a near 0', () => {
    close(logGamma(0.5), Math.log(Math.sqrt(Math.PI)));
    close(logGamma(0.25), Math.log(3.625609908221908));
    close(logGamma(1e-8), Math.log(1e8) - 0.5772156649015329e-8);
  });
});

describe('the gamma distribution', () => {
  it('is the exponential distribution for shape 1', () => {
    for (const x of [1e-9, 0.1, 1, 1.9, 2, 2.1, 5, 30, 700]) close(gammaDistribution(1)(x), -Math.expm1(-x));
  });

  it('is the waiting time for the n-th event of a Poisson process for whole shapes', () => {
    for (const [n, x] of [
      [2, 0.5],
      [3, 3],
      [10, 4],
      [10, 25],
      [60, 59],
      [60, 75],
    ]) {
      let term = Math.exp(-x);
      let fewer = 0;
      for (let k = 0; k < n; k++) {
        fewer += term;
        term *= x / (k + 1);
      }
      close(gammaDistribution(n)(x), 1 - fewer, 1e-12);
    }
  });

  it('begins at 0 and ends at 1, also for extreme shapes', () => {
    for (const shape of [0.01, 1, 1e6]) {
      const cdf = gammaDistribution(shape);
      expect(cdf(0)).toBe(0);
      expect(cdf(-1)).toBe(0);
      expect(cdf(Infinity)).toBe(1);
    }
    // The median of a large shape lies at shape - 1/3.
    close(gammaDistribution(1e6)(1e6 - 1 / 3), 0.5, 1e-8);
  });
});

describe('the normal distribution', () => {
  it('agrees with tables', () => {
    close(normalDistribution(0), 0.5);
    close(normalDistribution(1), 0.841344746068543);
    close(normalDistribution(1.959963984540054), 0.975);
    close(normalDistribution(-2.575829303548901), 0.005);
    close(normalDistribution(-6), 9.865876450376946e-10);
    expect(normalDistribution(-Infinity)).toBe(0);
    expect(normalDistribution(Infinity)).toBe(1);
  });
});
