import type { Matrix } from '../state/point.ts';
import type { Heat } from '../state/store.ts';
import { heatColor } from '../truth/colors.ts';

/** Draws the click probability into a canvas of the slice's size; where it is 0 one sees through. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  heat: Heat | undefined,
  [height, width]: readonly [number, number],
) {
  canvas.hidden = heat === undefined;
  if (heat === undefined) return;
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  heat.data.forEach((share, i) => {
    if (share === 0) return;
    const [red, green, blue] = heatColor(share);
    image.data.set([red, green, blue, 90 + 150 * share], i * 4);
  });
  context.putImageData(image, 0, 0);
}

/** Lays that canvas over the image. Its pixel (0, 0) has its centre, not its corner, at the image's. */
export function placeHeat(canvas: HTMLCanvasElement, { a, b, c, d, e, f }: Matrix): void {
  canvas.style.transform = `matrix(${a}, ${b}, ${c}, ${d}, ${e - (a + c) / 2}, ${f - (b + d) / 2})`;
}
