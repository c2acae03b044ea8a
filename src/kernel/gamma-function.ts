// Special functions behind probability distributions, to about 1e-14: the logarithm of the gamma function (Lanczos'
// approximation, g = 7, nine coefficients of P. Godfrey, 2001), the regularised incomplete gamma function (power
// series and continued fraction, DLMF 8.7.1 and 8.9.2) and the normal distribution, which is a case of it.

const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const LOG_SQRT_2_PI = 0.9189385332046727;
const EPSILON = Number.EPSILON / 2;

/** ln Γ(a), a > 0. */
export function logGamma(a: number): number {
  // Lanczos' sum wants an argument >= 1: Γ(a) = Γ(a + 1) / a.
  let sum = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (a + i);
  const t = a + LANCZOS_G + 0.5;
  return LOG_SQRT_2_PI + (a + 0.5) * Math.log(t) - t + Math.log(sum) - Math.log(a);
}

/** The distribution function of a gamma variable of this shape and scale 1: P(shape, x), for x >= 0. */
export function gammaDistribution(shape: number): (x: number) => number {
  const logGammaOfShape = logGamma(shape);
  return (x) => {
    if (x <= 0) return 0;
    if (x === Infinity) return 1;
    const density = Math.exp(shape * Math.log(x) - x - logGammaOfShape);
    return x < shape + 1 ? density * lowerSeries(shape, x) : 1 - density * upperFraction(shape, x);
  };
}

/** Σ xⁿ / (a (a+1) … (a+n)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …))), by the modified method of Lentz; x >= a + 1. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; ; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= 2 * EPSILON) return fraction;
  }
}

const chiSquareHalf = gammaDistribution(0.5);

/** The standard normal distribution function. */
export function normalDistribution(z: number): number {
  const within = chiSquareHalf((z * z) / 2);
  return z < 0 ? (1 - within) / 2 : (1 + within) / 2;
}
