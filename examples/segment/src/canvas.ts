/** A colour, 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A place in canvas pixels; pixel centres at integers. */
export interface CanvasPoint {
  readonly x: number;
  readonly y: number;
}

/** A picture being drawn: 8-bit RGB, row 0 at the top. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A black canvas. */
export function createCanvas(width: number, height: number): Canvas {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/** `#rrggbb` as numbers. */
export function parseColour(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Lays a colour over a pixel; `alpha` 0 leaves it, 1 replaces it. Outside the canvas nothing happens. */
export function blend(canvas: Canvas, x: number, y: number, colour: Rgb, alpha: number): void {
  if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height || alpha <= 0) return;
  const at = (y * canvas.width + x) * 3;
  const share = Math.min(1, alpha);
  for (let c = 0; c < 3; c++) {
    canvas.data[at + c] = Math.round(canvas.data[at + c] * (1 - share) + colour[c] * share);
  }
}
