import type { Click } from '@clickseg/guidance';
import { ClicksegError, contiguous, type NamedSpacing, type Raster, withDefaults } from '@clickseg/raster';
import type { Polygon } from '@clickseg/runtime';
import { type Canvas, type CanvasPoint, createCanvas, parseColour, type Rgb } from './canvas.ts';
import type { GreyWindow } from './clicks-file.ts';
import { disc, fillRings, strokeLines } from './draw.ts';
import { drawText, textWidth } from './stroke-font.ts';

/** One structure on an overlay. */
export interface OverlayStructure {
  /** Its line in the legend. */
  readonly caption: string;
  /** `#rrggbb` */
  readonly colour: string;
  /** In image pixels, as the runtime gives them. */
  readonly contours: readonly Polygon[];
  readonly clicks: readonly Click[];
}

/** How an overlay looks. */
export interface OverlayOptions {
  readonly window: GreyWindow;
  /** mm; draws a scale bar. */
  readonly spacing?: NamedSpacing;
  /** Canvas pixels an image pixel, a whole number. Default 2. */
  readonly scale?: number;
  /** 0 to 1. Default 0.28. */
  readonly fill?: number;
  /** Canvas pixels. Default 3. */
  readonly outline?: number;
}

/** The defaults of {@link renderOverlay}. */
export const OVERLAY_DEFAULTS = { scale: 2, fill: 0.28, outline: 3 } as const;

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const FOREGROUND: Rgb = [34, 197, 94];
const BACKGROUND: Rgb = [239, 68, 68];
const MARGIN = 20;
const TEXT = 15;

/**
 * Draws an image in its grey window, enlarged, with each structure's translucent fill and outline, its
 * clicks (green a foreground click, red a background click), a legend and a scale bar.
 *
 * @param image - `[height, width]`
 * @returns `scale` times as large, RGB
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `invalid-option`
 */
export function renderOverlay(
  image: Raster,
  structures: readonly OverlayStructure[],
  options: OverlayOptions,
): Canvas {
  const { scale, fill, outline } = withDefaults(OVERLAY_DEFAULTS, options);
  if (!Number.isInteger(scale) || scale < 1) {
    throw new ClicksegError('invalid-option', `renderOverlay: scale ${scale} is not a whole number above 0`);
  }
  const canvas = enlarge(image, options.window, scale);
  // The centre of image pixel 0 is the centre of its block of canvas pixels.
  const place = ({ x, y }: CanvasPoint): CanvasPoint => ({
    x: (x + 0.5) * scale - 0.5,
    y: (y + 0.5) * scale - 0.5,
  });
  const drawn = structures.map((structure) => ({
    ...structure,
    rgb: parseColour(structure.colour),
    rings: structure.contours.flatMap((part) => [part.outline, ...part.holes]).map((ring) => ring.map(place)),
  }));
  for (const { rings, rgb } of drawn) fillRings(canvas, rings, rgb, fill);
  for (const { rings, rgb } of drawn) {
    strokeLines(canvas, rings, { colour: BLACK, width: outline + 2, alpha: 0.45, closed: true });
    strokeLines(canvas, rings, { colour: rgb, width: outline, closed: true });
  }
  for (const { clicks } of drawn) for (const click of clicks) drawClick(canvas, place(click), click.label);
  drawLegend(canvas, drawn);
  if (options.spacing) drawScaleBar(canvas, options.spacing.x / scale);
  return canvas;
}

/** The image in grey, bilinear between pixel centres. */
function enlarge(image: Raster, { centre, width }: GreyWindow, scale: number): Canvas {
  const { data, shape } = contiguous(image, 'renderOverlay: image');
  if (shape.length !== 2) {
    throw new ClicksegError('invalid-shape', `renderOverlay: expected [h, w], got [${shape}]`);
  }
  const [h, w] = shape;
  const grey = Float32Array.from(data, (value) => {
    const share = (value - centre) / width + 0.5;
    return 255 * Math.max(0, Math.min(1, share));
  });
  const canvas = createCanvas(w * scale, h * scale);
  for (let row = 0, at = 0; row < canvas.height; row++) {
    const y = Math.max(0, Math.min(h - 1, (row + 0.5) / scale - 0.5));
    const y0 = Math.floor(y);
    const y1 = Math.min(h - 1, y0 + 1);
    for (let column = 0; column < canvas.width; column++) {
      const x = Math.max(0, Math.min(w - 1, (column + 0.5) / scale - 0.5));
      const x0 = Math.floor(x);
      const x1 = Math.min(w - 1, x0 + 1);
      const top = grey[y0 * w + x0] * (1 - x + x0) + grey[y0 * w + x1] * (x - x0);
      const bottom = grey[y1 * w + x0] * (1 - x + x0) + grey[y1 * w + x1] * (x - x0);
      const value = Math.round(top * (1 - y + y0) + bottom * (y - y0));
      canvas.data[at++] = value;
      canvas.data[at++] = value;
      canvas.data[at++] = value;
    }
  }
  return canvas;
}

/** A disc with a plus or a minus: told apart without seeing colours, too. */
function drawClick(canvas: Canvas, { x, y }: CanvasPoint, label: Click['label']): void {
  disc(canvas, { x, y }, 10, BLACK, 0.5);
  disc(canvas, { x, y }, 9, WHITE);
  disc(canvas, { x, y }, 7, label === 'foreground' ? FOREGROUND : BACKGROUND);
  const bars = [
    [
      { x: x - 3.5, y },
      { x: x + 3.5, y },
    ],
  ];
  if (label === 'foreground')
    bars.push([
      { x, y: y - 3.5 },
      { x, y: y + 3.5 },
    ]);
  strokeLines(canvas, bars, { colour: WHITE, width: 2 });
}

function drawLegend(canvas: Canvas, structures: readonly { caption: string; rgb: Rgb }[]): void {
  const line = TEXT * 1.9;
  const wide = Math.max(...structures.map(({ caption }) => textWidth(caption, TEXT)));
  panel(canvas, MARGIN - 10, MARGIN - 10, wide + TEXT * 1.8 + 20, structures.length * line - TEXT * 0.9 + 20);
  structures.forEach(({ caption, rgb }, i) => {
    const y = MARGIN + i * line;
    disc(canvas, { x: MARGIN + TEXT / 2, y: y + TEXT / 2 }, TEXT / 2, rgb);
    drawText(canvas, caption, { x: MARGIN + TEXT * 1.8, y }, TEXT, WHITE);
  });
}

/** 5 cm, or the largest of 2, 1 and 0.5 cm that takes at most a third of the width. */
function drawScaleBar(canvas: Canvas, mmPerPixel: number): void {
  const mm = [50, 20, 10].find((length) => length / mmPerPixel <= canvas.width / 3) ?? 5;
  const length = mm / mmPerPixel;
  const y = canvas.height - MARGIN;
  const caption = `${mm / 10} cm`;
  panel(canvas, MARGIN - 10, y - TEXT - 22, Math.max(length, textWidth(caption, TEXT)) + 20, TEXT + 36);
  drawText(canvas, caption, { x: MARGIN, y: y - TEXT - 12 }, TEXT, WHITE);
  strokeLines(
    canvas,
    [
      [
        { x: MARGIN, y },
        { x: MARGIN + length, y },
      ],
    ],
    { colour: WHITE, width: 4 },
  );
}

function panel(canvas: Canvas, x: number, y: number, width: number, height: number): void {
  const [right, bottom] = [x + width, y + height];
  fillRings(
    canvas,
    [
      [
        { x, y },
        { x: right, y },
        { x: right, y: bottom },
        { x, y: bottom },
      ],
    ],
    BLACK,
    0.55,
  );
}
