import type { Click } from '@clickseg/guidance';
import type { DenseRaster, NamedSpacing } from '@clickseg/raster';
import { encode } from 'fast-png';

/** What a picture shows. */
export interface PictureOptions {
  readonly image: DenseRaster;
  /** 0 and 1. */
  readonly gt: DenseRaster<Uint8Array>;
  readonly mask: DenseRaster<Uint8Array>;
  readonly clicks: readonly Click[];
  /** Of the image, mm: pixels are drawn as wide and high as they are. */
  readonly spacing: NamedSpacing;
  /** What part of the image; from {@link cutOut} where not given. */
  readonly window?: Window;
}

/** A part of an image, in pixels, that is a square in mm; it may reach beyond the image. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 240;
/** Of the cut-out, of what it shows; a small structure fills as much of it as a large one. */
const MARGIN = 0.3;
const LEAST = 20;
const TRUTH = '#ffffff';
const ANSWER = '#e69f00';

/** A square cut-out of a slice as SVG: the image in grey, the reference dashed, the answer solid, clicks with their signs. */
export function drawPicture({ image, gt, mask, clicks, spacing, window }: PictureOptions): string {
  const shown = window ?? cutOut(gt, { masks: [mask], clicks, spacing });
  const { width, height } = shown;
  const png = encode({ width, height, channels: 1, depth: 8, data: greyOf(image, shown) });
  const at = (value: number) => Number(value.toFixed(3));
  const sides = pixelSides(spacing);
  const [x, y] = [at(shown.x * sides.x), at(shown.y * sides.y)];
  const [w, h] = [at(width * sides.x), at(height * sides.y)];
  const scale = WIDTH / w;
  const line = 1.6 / scale;
  const [answer, truth] = [edges(mask, sides), edges(gt, sides)];
  const signs = clicks.map((click) => {
    const [cx, cy] = [at((click.x + 0.5) * sides.x), at((click.y + 0.5) * sides.y)];
    const r = at(5.5 / scale);
    const arm = at(3 / scale);
    const foreground = click.label === 'foreground';
    const sign = `M${at(cx - arm)},${cy}h${at(2 * arm)}${foreground ? `M${cx},${at(cy - arm)}v${at(2 * arm)}` : ''}`;
    const colour = foreground ? '#0072b2' : '#d55e00';
    return `<circle cx="${cx}" cy="${cy}" r="${r}" fill="${colour}" stroke="#fff" stroke-width="${at(line * 0.75)}"/><path d="${sign}" stroke="#fff" stroke-width="${at(line)}"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${at(h * scale)}" viewBox="${x} ${y} ${w} ${h}" fill="none">`,
    `<image x="${x}" y="${y}" width="${w}" height="${h}" preserveAspectRatio="none" href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/>`,
    // A dark edge under both, for bright tissue.
    `<path d="${answer}${truth}" stroke="#000" stroke-opacity=".45" stroke-width="${at(1.8 * line)}"/>`,
    `<path d="${answer}" stroke="${ANSWER}" stroke-width="${at(line)}"/>`,
    `<path d="${truth}" stroke="${TRUTH}" stroke-width="${at(line)}" stroke-dasharray="${at(3 * line)} ${at(2 * line)}"/>`,
    ...signs,
    '</svg>',
  ].join('');
}

/** A pixel's width and height; the shorter is 1. */
function pixelSides({ x, y }: NamedSpacing): { readonly x: number; readonly y: number } {
  const least = Math.min(x, y);
  return { x: x / least, y: y / least };
}

/** The square that holds the reference, all masks and all clicks, with a margin; within the image where it fits. */
export function cutOut(
  gt: DenseRaster,
  { masks, clicks, spacing }: Pick<PictureOptions, 'clicks' | 'spacing'> & { masks: readonly DenseRaster[] },
): Window {
  const [height, width] = gt.shape;
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  const include = (x: number, y: number) => {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  };
  for (const { data } of [gt, ...masks]) {
    for (let i = 0; i < data.length; i++) if (data[i] !== 0) include(i % width, Math.floor(i / width));
  }
  for (const { x, y } of clicks) include(x, y);
  const sides = pixelSides(spacing);
  const extent = Math.max((right - left + 1) * sides.x, (bottom - top + 1) * sides.y);
  const side = Math.max(LEAST, extent + 2 * Math.ceil(MARGIN * extent));
  const place = (low: number, high: number, size: number, shown: number) => {
    const start = Math.round((low + high + 1 - shown) / 2);
    return shown >= size ? Math.round((size - shown) / 2) : Math.max(0, Math.min(size - shown, start));
  };
  const [columns, rows] = [Math.ceil(side / sides.x), Math.ceil(side / sides.y)];
  return {
    x: place(left, right, width, columns),
    y: place(top, bottom, height, rows),
    width: columns,
    height: rows,
  };
}

/** Soft tissue for Hounsfield values, else the middle 98 % of the slice; black beyond the image. */
function greyOf({ data, shape }: DenseRaster, { x, y, width, height }: Window): Uint8Array {
  const sorted = Float64Array.from(data).sort();
  const share = (s: number) => sorted[Math.floor(s * (sorted.length - 1))];
  const [low, high] = sorted[0] < -150 ? [-160, 240] : [share(0.01), share(0.99)];
  const out = new Uint8Array(width * height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const [column, row] = [x + i, y + j];
      if (column < 0 || row < 0 || column >= shape[1] || row >= shape[0]) continue;
      const value = (data[row * shape[1] + column] - low) / (high - low || 1);
      out[j * width + i] = Math.round(255 * Math.max(0, Math.min(1, value)));
    }
  }
  return out;
}

/** A mask's outline along its pixels' edges, as an SVG path. @param sides - of a pixel */
export function edges({ data, shape: [height, width] }: DenseRaster, sides = { x: 1, y: 1 }): string {
  const at = (n: number, side: number) => Number((n * side).toFixed(3));
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  const path: string[] = [];
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x < width; x++) {
      const start = x;
      while (x < width && inside(x, y) !== inside(x, y - 1)) x++;
      if (x > start) path.push(`M${at(start, sides.x)},${at(y, sides.y)}h${at(x - start, sides.x)}`);
    }
  }
  for (let x = 0; x <= width; x++) {
    for (let y = 0; y < height; y++) {
      const start = y;
      while (y < height && inside(x, y) !== inside(x - 1, y)) y++;
      if (y > start) path.push(`M${at(x, sides.x)},${at(start, sides.y)}v${at(y - start, sides.y)}`);
    }
  }
  return path.join('');
}
