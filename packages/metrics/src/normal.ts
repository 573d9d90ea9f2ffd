/** The share of the standard normal distribution above z (z at least 0), to about 1e-14 relative. */
export function upperTail(z: number): number {
  return z < 3 ? 0.5 - centralHalf(z) : tailFraction(z);
}

/** The share between 0 and z, by its power series (Abramowitz and Stegun 26.2.11). */
function centralHalf(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return density(z) * sum;
}

/** The share above z, by the continued fraction 26.2.14, from its far end. */
function tailFraction(z: number): number {
  let fraction = z;
  for (let k = 200; k >= 1; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}

const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
