const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/**
 * The error function, within 2e-15: its power series near zero, the continued fraction of erfc
 * further out, where the series would cancel. JavaScript has none.
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  const value = a < 2.5 ? series(a) : a < 6 ? 1 - complement(a) : 1;
  return x < 0 ? -value : value;
}

// 2/sqrt(pi) * exp(-x^2) * sum of x * (2 x^2)^n / (1 * 3 * ... * (2n + 1)): every term is positive.
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
}

// erfc(x) = exp(-x^2) / sqrt(pi) * 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / ...))), from the far end.
function complement(x: number): number {
  let tail = x;
  for (let n = 60; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}
