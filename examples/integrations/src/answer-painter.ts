/** The labels of one slice, pixel by pixel, 0 where there is none. A cornerstone voxel manager is one. */
export interface Labels {
  getAtIndex(pixel: number): number;
  setAtIndex(pixel: number, label: number): unknown;
}

/**
 * Makes a function that draws a mask with a label, in place of the mask that it drew for the same key before. It draws
 * on free pixels only, and takes back only what it drew: what was there before the first click, what a brush adds
 * between two, and what has another label all stay, and an empty mask leaves the slice as if there had been no click.
 *
 * Labels alone do not tell whose a pixel is. So where a brush goes over what a click drew, it stays the click's; and
 * what an eraser takes out of a structure the next click fills again.
 */
export function answerPainter() {
  /** A structure's pixels, not a copy of the slice: some 10 kB each. */
  const drawn = new Map<string, readonly number[]>();
  return (key: string, mask: Uint8Array, label: number, labels: Labels): void => {
    for (const pixel of drawn.get(key) ?? []) {
      if (labels.getAtIndex(pixel) === label) labels.setAtIndex(pixel, 0);
    }
    const pixels: number[] = [];
    mask.forEach((inside, pixel) => {
      if (!inside || labels.getAtIndex(pixel) !== 0) return;
      labels.setAtIndex(pixel, label);
      pixels.push(pixel);
    });
    drawn.set(key, pixels);
  };
}
