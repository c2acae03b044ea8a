// The solver against problems whose answers are known by hand.
import { describe, expect, it } from 'vitest';
import { leastSquares, uncertainty, type Problem } from '../../../src/accuracy/calibrate/least-squares.ts';

/** y = a + b·x in units of the noise. */
function line(xs: readonly number[], ys: readonly number[], bounds: Partial<Problem> = {}): Problem {
  return {
    count: xs.length,
    residuals: ([a, b], into) => xs.forEach((x, i) => (into[i] = a + b * x - ys[i])),
    lower: [-100, -100],
    upper: [100, 100],
    ...bounds,
  };
}

describe('least squares', () => {
  it('finds the regression line, and the errors of its parameters', () => {
    // Mean of y is 2, slope Σ(x − 1.5)(y − 2)/Σ(x − 1.5)² = 3/5, no residual above 1.
    const { parameters, information } = leastSquares(line([0, 1, 2, 3], [1.2, 1.6, 2.2, 3]), [0, 0]);
    expect(parameters[0]).toBeCloseTo(1.1, 8);
    expect(parameters[1]).toBeCloseTo(0.6, 8);
    // Textbook: var b = 1/Σ(x − x̄)² = 1/5, var a = 1/n + x̄²/5 = 0.7, cov = −x̄/5 = −0.3.
    const { errors, correlations } = uncertainty(information);
    expect(errors[0]).toBeCloseTo(Math.sqrt(0.7), 4);
    expect(errors[1]).toBeCloseTo(Math.sqrt(0.2), 4);
    expect(correlations[0][1]).toBeCloseTo(-0.3 / Math.sqrt(0.7 * 0.2), 4);
  });

  it('finds the best of the other parameters where one is at its bound', () => {
    // With b held at 1 the best a is the mean of y − x = 0.5.
    const { parameters } = leastSquares(line([0, 1, 2, 3], [1.2, 1.6, 2.2, 3], { lower: [-100, 1] }), [5, 5]);
    expect(parameters[0]).toBeCloseTo(0.5, 8);
    expect(parameters[1]).toBe(1);
  });

  it('is hardly moved by a row that is far off', () => {
    const xs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const { parameters } = leastSquares(
      line(
        xs,
        xs.map((x) => (x === 9 ? 1000 : 3 + 2 * x)),
      ),
      [0, 0],
    );
    // By least squares without Huber's loss the slope would be 55.
    expect(parameters[1]).toBeGreaterThan(2);
    expect(parameters[1]).toBeLessThan(2.3);
  });

  it('leaves out what has no weight', () => {
    const weights = Float64Array.of(1, 1, 1, 0);
    const { parameters } = leastSquares(line([0, 1, 2, 3], [1, 2, 3, 50], { weights }), [0, 0]);
    expect(parameters[0]).toBeCloseTo(1, 8);
    expect(parameters[1]).toBeCloseTo(1, 8);
  });

  it('follows a curved valley (Rosenbrock)', () => {
    const { parameters } = leastSquares(
      {
        count: 2,
        residuals([x, y], into) {
          into[0] = 10 * (y - x * x);
          into[1] = 1 - x;
        },
        lower: [-5, -5],
        upper: [5, 5],
      },
      [-1.2, 1],
    );
    expect(parameters[0]).toBeCloseTo(1, 5);
    expect(parameters[1]).toBeCloseTo(1, 5);
  });

  it('says that it knows nothing of a parameter without effect', () => {
    const { errors } = uncertainty([
      [4, 0],
      [0, 0],
    ]);
    expect(errors[0]).toBeCloseTo(0.5, 6);
    expect(errors[1]).toBeGreaterThan(1e5);
  });
});
