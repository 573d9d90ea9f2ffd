import { blend, type Canvas, type CanvasPoint, type Rgb } from './canvas.ts';

/** How a line is drawn. */
export interface LineStyle {
  readonly colour: Rgb;
  /** Canvas pixels. */
  readonly width: number;
  /** 0 to 1, default 1. */
  readonly alpha?: number;
  /** Whether the last point is joined to the first. Default false. */
  readonly closed?: boolean;
}

/**
 * Draws polylines with round joins and smooth edges: a pixel's share is how far the line's border lies
 * from its centre. All lines of one call are one shape, so that crossings are not darker.
 */
export function strokeLines(
  canvas: Canvas,
  lines: readonly (readonly CanvasPoint[])[],
  style: LineStyle,
): void {
  const reach = style.width / 2 + 1;
  const cover = new Map<number, number>();
  const segment = (a: CanvasPoint, b: CanvasPoint) => {
    const [ux, uy] = [b.x - a.x, b.y - a.y];
    const square = ux * ux + uy * uy;
    const left = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach));
    const right = Math.min(canvas.width - 1, Math.ceil(Math.max(a.x, b.x) + reach));
    const top = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach));
    const bottom = Math.min(canvas.height - 1, Math.ceil(Math.max(a.y, b.y) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = square === 0 ? 0 : ((x - a.x) * ux + (y - a.y) * uy) / square;
        const t = Math.max(0, Math.min(1, along));
        const share = style.width / 2 + 0.5 - Math.hypot(x - a.x - t * ux, y - a.y - t * uy);
        const at = y * canvas.width + x;
        if (share > 0 && share > (cover.get(at) ?? 0)) cover.set(at, Math.min(1, share));
      }
    }
  };
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) segment(line[i - 1], line[i]);
    if (style.closed || line.length === 1) segment(line[line.length - 1], line[0]);
  }
  for (const [at, share] of cover) {
    blend(canvas, at % canvas.width, Math.floor(at / canvas.width), style.colour, share * (style.alpha ?? 1));
  }
}

/** Fills rings by the even-odd rule (holes are rings too) where a pixel's centre lies inside. */
export function fillRings(
  canvas: Canvas,
  rings: readonly (readonly CanvasPoint[])[],
  colour: Rgb,
  alpha: number,
): void {
  for (let y = 0; y < canvas.height; y++) {
    const crossings: number[] = [];
    for (const ring of rings) {
      for (let i = 0, last = ring.length - 1; i < ring.length; last = i++) {
        const [a, b] = [ring[last], ring[i]];
        if (a.y > y !== b.y > y) crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
      }
    }
    crossings.sort((p, q) => p - q);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const end = Math.min(canvas.width - 1, Math.floor(crossings[i + 1]));
      for (let x = Math.max(0, Math.ceil(crossings[i])); x <= end; x++) blend(canvas, x, y, colour, alpha);
    }
  }
}

/** A filled disc with a smooth edge. */
export function disc(canvas: Canvas, centre: CanvasPoint, radius: number, colour: Rgb, alpha = 1): void {
  strokeLines(canvas, [[centre]], { colour, width: radius * 2, alpha });
}
