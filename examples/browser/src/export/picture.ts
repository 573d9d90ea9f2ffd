import { outlinesOf } from '../state/outlines.ts';
import type { Matrix } from '../state/point.ts';
import type { Structure } from '../state/structure.ts';

/** The image as it lies on the screen. */
export interface Drawn {
  /** Draws at once, so that the canvas can be copied. */
  draw(): HTMLCanvasElement;
  matrix(): Matrix;
}

/**
 * What the viewer shows, outlines included, clicks not.
 * @param fill - 0 to 1
 * @throws Error where the browser would give other pixels than those that were drawn
 */
export async function picture(
  view: Drawn,
  structures: readonly Structure[],
  slice: number,
  fill: number,
): Promise<Blob> {
  if (!readsBack()) {
    throw new Error(
      'This browser changes pictures, to protect against fingerprinting: this one would be noise. All else can be saved.',
    );
  }
  const image = view.draw();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  const scale = image.width / Math.max(1, image.clientWidth);
  context.scale(scale, scale);
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  for (const { visible, color, slices } of structures) {
    const mask = slices.get(slice)?.mask;
    if (!visible || mask === undefined) continue;
    const path = new Path2D(pathOf(outlinesOf(mask), view.matrix()));
    context.fillStyle = context.strokeStyle = color;
    context.globalAlpha = fill;
    context.fill(path, 'evenodd');
    context.globalAlpha = 1;
    context.stroke(path);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}

const INK = [18, 163, 196, 255];

/** Whether drawn pixels come back as they are: Firefox's `resistFingerprinting` gives stripes, its milder protection a bit of noise. */
function readsBack(): boolean {
  const context = new OffscreenCanvas(8, 8).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = `rgb(${INK.slice(0, 3)})`;
  context.fillRect(0, 0, 8, 8);
  return context.getImageData(0, 0, 8, 8).data.every((v, i) => Math.abs(v - INK[i % 4]) <= 2);
}

function pathOf(polygons: ReturnType<typeof outlinesOf>, { a, b, c, d, e, f }: Matrix): string {
  const ring = (points: readonly { x: number; y: number }[]) =>
    `M${points.map(({ x, y }) => `${a * x + c * y + e} ${b * x + d * y + f}`).join('L')}Z`;
  return polygons.flatMap(({ outline, holes }) => [ring(outline), ...holes.map(ring)]).join('');
}
