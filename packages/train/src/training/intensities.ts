/** Changes of a crop's intensities for a network that meets other scanners, windows and modalities. */
export interface IntensityChanges {
  /** Share of the crops that pass a power curve, and its largest exponent either way. */
  readonly curve: readonly [share: number, most: number];
  /**
   * Share of the crops whose intensities pass a random curve that rises and falls, and its most bends: tissues change
   * places, as between two MR sequences, and only edges and shapes stay (Ouyang et al. 2022, without its textures); none
   * by default.
   */
  readonly remap?: readonly [share: number, bends: number];
  /** Share of the crops that are cut at a random window within their range. */
  readonly window: number;
  /** Share of the crops turned into their negative, as bone and fluid do between CT and MR. */
  readonly negative: number;
  /**
   * Share of the crops whose brightness varies slowly over the crop, as a coil's field makes it in MR, and its largest
   * factor either way at a corner; none by default.
   */
  readonly bias?: readonly [share: number, most: number];
  /** Share of the crops that get noise, and its largest deviation in deviations of the crop. */
  readonly noise: readonly [share: number, most: number];
  /**
   * Share of the crops that are shown as from a scan of larger pixels, and how many of the crop's a side of one is at most:
   * a small structure in a coarse MR series fills as much of a window as a large one in a fine CT; none by default.
   */
  readonly coarse?: readonly [share: number, most: number];
}

/**
 * Alters standardized intensities in place; pixels outside the slice stay as they are. The number of
 * draws depends on the outcome, so a crop's other draws are taken before.
 *
 * @param image - `[h, columns]`, zero mean and unit deviation over `inside`
 */
export function alterIntensities(
  image: Float32Array,
  inside: Uint8Array,
  { curve, remap, window, negative, bias, noise, coarse }: IntensityChanges,
  columns: number,
  random: () => number,
): void {
  if (random() < window) cutWindow(image, inside, random);
  if (random() < curve[0]) bend(image, inside, Math.exp((2 * random() - 1) * Math.log(curve[1])));
  if (remap && random() < remap[0]) exchange(image, inside, remap[1], random);
  if (random() < negative) for (let k = 0; k < image.length; k++) image[k] = -image[k];
  if (bias && random() < bias[0]) shade(image, inside, columns, Math.log(bias[1]), random);
  if (random() < noise[0]) {
    const deviation = noise[1] * random();
    for (let k = 0; k < image.length; k++) {
      // Sum of three uniforms: near enough to a normal, without its logarithm; variance 1/4 is scaled to 1.
      if (inside[k] === 1) image[k] += deviation * 2 * (random() + random() + random() - 1.5);
    }
  }
  // Last, as a scanner's noise is in its own pixels too.
  if (coarse && random() < coarse[0])
    coarsen(image, inside, columns, Math.exp(random() * Math.log(coarse[1])));
}

/** Means over square pixels of `side`, and straight lines between their centres. */
function coarsen(image: Float32Array, inside: Uint8Array, columns: number, side: number): void {
  const rows = image.length / columns;
  const [m, n] = [Math.max(1, Math.round(rows / side)), Math.max(1, Math.round(columns / side))];
  const sum = new Float32Array(m * n);
  const count = new Float32Array(m * n);
  const cellX = Int32Array.from({ length: columns }, (_, j) => Math.floor(((j + 0.5) * n) / columns));
  for (let i = 0, k = 0; i < rows; i++) {
    const row = n * Math.floor(((i + 0.5) * m) / rows);
    for (let j = 0; j < columns; j++, k++) {
      if (inside[k] === 0) continue;
      sum[row + cellX[j]] += image[k];
      count[row + cellX[j]]++;
    }
  }
  for (let c = 0; c < sum.length; c++) if (count[c] > 0) sum[c] /= count[c];
  for (let i = 0, k = 0; i < rows; i++) {
    const y = Math.min(m - 1, Math.max(0, ((i + 0.5) * m) / rows - 0.5));
    const top = n * Math.min(Math.max(m - 2, 0), Math.floor(y));
    const bottom = m > 1 ? top + n : top;
    const down = y - top / n;
    for (let j = 0; j < columns; j++, k++) {
      if (inside[k] === 0) continue;
      const x = Math.min(n - 1, Math.max(0, ((j + 0.5) * n) / columns - 0.5));
      const left = Math.min(Math.max(n - 2, 0), Math.floor(x));
      const right = n > 1 ? left + 1 : left;
      const along = x - left;
      const above = sum[top + left] + along * (sum[top + right] - sum[top + left]);
      const below = sum[bottom + left] + along * (sum[bottom + right] - sum[bottom + left]);
      image[k] = above + down * (below - above);
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

// Bends nearer than this, in deviations of the crop, would only turn noise into edges.
const LEAST_STEP = 0.3;

/** Replaces intensities by a chain of straight pieces through random heights, mixed with what they were. */
function exchange(image: Float32Array, inside: Uint8Array, bends: number, random: () => number): void {
  const [least, most] = rangeOf(image, inside);
  if (!(most - least > LEAST_STEP)) return;
  // Bends lie where pixels are: soft tissue gets most of them, as it fills most of a crop.
  const places = [least, most];
  for (let i = 0; i < bends; i++) {
    const at = Math.floor(random() * image.length);
    const value = image[at];
    if (inside[at] === 1 && places.every((p) => Math.abs(p - value) >= LEAST_STEP)) places.push(value);
  }
  places.sort((a, b) => a - b);
  const heights = places.map(() => 3 * random() - 1.5);
  const share = 0.3 + 0.7 * random();
  for (let k = 0; k < image.length; k++) {
    if (inside[k] === 0) continue;
    let i = 1;
    while (i < places.length - 1 && image[k] > places[i]) i++;
    const along = (image[k] - places[i - 1]) / (places[i] - places[i - 1]);
    const height = heights[i - 1] + along * (heights[i] - heights[i - 1]);
    image[k] += share * (height - image[k]);
  }
}

/** Multiplies what lies above the darkest pixel by the exponential of a random plane and saddle, at most `most` in size. */
function shade(
  image: Float32Array,
  inside: Uint8Array,
  columns: number,
  most: number,
  random: () => number,
): void {
  const terms = Array.from({ length: 5 }, () => (2 * random() - 1) * (most / 2));
  const rows = image.length / columns;
  const [least] = rangeOf(image, inside);
  for (let i = 0, k = 0; i < rows; i++) {
    const y = (2 * i) / rows - 1;
    for (let j = 0; j < columns; j++, k++) {
      if (inside[k] === 0) continue;
      const x = (2 * j) / columns - 1;
      const field =
        terms[0] * y + terms[1] * x + terms[2] * x * y + terms[3] * (y * y - 0.5) + terms[4] * (x * x - 0.5);
      image[k] = least + (image[k] - least) * Math.exp(Math.max(-most, Math.min(most, field)));
    }
  }
}

function bend(image: Float32Array, inside: Uint8Array, power: number): void {
  const [least, most] = rangeOf(image, inside);
  const range = most - least;
  if (!(range > 1e-6)) return;
  for (let k = 0; k < image.length; k++) {
    if (inside[k] === 1) image[k] = least + range * ((image[k] - least) / range) ** power;
  }
}

function rangeOf(image: Float32Array, inside: Uint8Array): readonly [least: number, most: number] {
  let least = Infinity;
  let most = -Infinity;
  for (let k = 0; k < image.length; k++) {
    if (inside[k] === 0) continue;
    least = Math.min(least, image[k]);
    most = Math.max(most, image[k]);
  }
  return [least, most];
}
