/** Changes of a crop's intensities for a network that meets other scanners, windows and modalities. */
export interface IntensityChanges {
  /** Share of the crops that pass a power curve, and its largest exponent either way. */
  readonly curve: readonly [share: number, most: number];
  /** Share of the crops that are cut at a random window within their range. */
  readonly window: number;
  /** Share of the crops turned into their negative, as bone and fluid do between CT and MR. */
  readonly negative: number;
  /** Share of the crops that get noise, and its largest deviation in deviations of the crop. */
  readonly noise: readonly [share: number, most: number];
}

/**
 * Alters standardized intensities in place; pixels outside the slice stay as they are. The number of
 * draws depends on the outcome, so a crop's other draws are taken before.
 *
 * @param image - zero mean and unit deviation over `inside`
 */
export function alterIntensities(
  image: Float32Array,
  inside: Uint8Array,
  { curve, window, negative, noise }: IntensityChanges,
  random: () => number,
): void {
  if (random() < window) cutWindow(image, inside, random);
  if (random() < curve[0]) bend(image, inside, Math.exp((2 * random() - 1) * Math.log(curve[1])));
  if (random() < negative) for (let k = 0; k < image.length; k++) image[k] = -image[k];
  if (random() < noise[0]) {
    const deviation = noise[1] * random();
    for (let k = 0; k < image.length; k++) {
      // Sum of three uniforms: near enough to a normal, without its logarithm; variance 1/4 is scaled to 1.
      if (inside[k] === 1) image[k] += deviation * 2 * (random() + random() + random() - 1.5);
    }
  }
}

/** Keeps what lies between two random values, as a display window does. */
function cutWindow(image: Float32Array, inside: Uint8Array, random: () => number): void {
  const centre = 1.2 * (2 * random() - 1);
  const half = 0.5 + 1.5 * random();
  for (let k = 0; k < image.length; k++) {
    if (inside[k] === 1) image[k] = Math.min(centre + half, Math.max(centre - half, image[k]));
  }
}

function bend(image: Float32Array, inside: Uint8Array, power: number): void {
  let least = Infinity;
  let most = -Infinity;
  for (let k = 0; k < image.length; k++) {
    if (inside[k] === 0) continue;
    least = Math.min(least, image[k]);
    most = Math.max(most, image[k]);
  }
  const range = most - least;
  if (!(range > 1e-6)) return;
  for (let k = 0; k < image.length; k++) {
    if (inside[k] === 1) image[k] = least + range * ((image[k] - least) / range) ** power;
  }
}
