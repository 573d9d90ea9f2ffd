/**
 * The error function, within 2e-15, which JavaScript lacks:
 * 2/sqrt(pi) * exp(-x^2) * sum of x * (2 x^2)^n / (1 * 3 * ... * (2n + 1)), where no term is negative, so that
 * nothing cancels however large x is.
 */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
