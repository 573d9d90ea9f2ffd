import type { Click } from '@clickseg/guidance';
import { ClicksegError, type DenseRaster, raster } from '@clickseg/raster';
import { type Method, PIXELS } from './method.ts';

// A click's own grey value is noisy; its neighbourhood says what is alike.
const NEIGHBOURHOOD = 2;
const DEVIATIONS = 2.5;
const [LEAST, MOST] = [0.02, 0.06];

/**
 * No network: region growing. From each click the pixels joined to it (4 neighbours) whose grey value,
 * smoothed 3 x 3, lies within 2.5 standard deviations of the click's 5 x 5 neighbourhood, at least 2 % and
 * at most 6 % of the slice's range between its 1st and 99th percentile (without the upper bound a click at
 * an edge takes everything). Where regions of both kinds meet, the nearer
 * click decides. An image with a pixel that is no number is refused, as networks do.
 */
export function growMethod(): Method {
  return {
    name: 'region growing',
    annotator: 'strategy',
    async open(image, spacing = PIXELS) {
      // A mean over it is no number either: nothing would grow there, and nobody would know why.
      const odd = image.data.findIndex((value) => !Number.isFinite(value));
      if (odd >= 0) {
        const [x, y] = [odd % image.shape[1], Math.floor(odd / image.shape[1])];
        throw new ClicksegError(
          'not-finite',
          `image: pixel x ${x}, y ${y} is ${image.data[odd]}, not a finite number`,
        );
      }
      const smooth = boxMean(image);
      const scale = range(image);
      const regions: { click: Click; region: Uint8Array }[] = [];
      return {
        async predict(clicks) {
          for (const click of clicks.slice(regions.length)) {
            regions.push({ click, region: grow(image, smooth, click, scale) });
          }
          const data = new Uint8Array(smooth.length);
          const nearest = new Float64Array(smooth.length).fill(Number.POSITIVE_INFINITY);
          const width = image.shape[1];
          for (const { click, region } of regions) {
            for (let i = 0; i < region.length; i++) {
              if (region[i] === 0) continue;
              const dx = ((i % width) - click.x) * spacing.x;
              const dy = (Math.floor(i / width) - click.y) * spacing.y;
              const d = dx * dx + dy * dy;
              if (d > nearest[i]) continue;
              nearest[i] = d;
              data[i] = click.label === 'foreground' ? 1 : 0;
            }
          }
          return raster(data, image.shape);
        },
        close: async () => {},
      };
    },
  };
}

function grow(image: DenseRaster, smooth: Float32Array, { x, y }: Click, scale: number): Uint8Array {
  const [height, width] = image.shape;
  const { mean, deviation } = around(image, x, y);
  const reach = Math.min(Math.max(DEVIATIONS * deviation, LEAST * scale), MOST * scale);
  const region = new Uint8Array(smooth.length);
  const stack = [y * width + x];
  region[stack[0]] = 1;
  const visit = (i: number) => {
    if (region[i] === 1 || Math.abs(smooth[i] - mean) > reach) return;
    region[i] = 1;
    stack.push(i);
  };
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const column = i % width;
    if (column > 0) visit(i - 1);
    if (column < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i < width * (height - 1)) visit(i + width);
  }
  return region;
}

function around({ data, shape: [height, width] }: DenseRaster, x: number, y: number) {
  let [n, sum, squares] = [0, 0, 0];
  for (let j = Math.max(0, y - NEIGHBOURHOOD); j <= Math.min(height - 1, y + NEIGHBOURHOOD); j++) {
    for (let i = Math.max(0, x - NEIGHBOURHOOD); i <= Math.min(width - 1, x + NEIGHBOURHOOD); i++) {
      const v = data[j * width + i];
      n++;
      sum += v;
      squares += v * v;
    }
  }
  const mean = sum / n;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)) };
}

/** The mean of each pixel's 3 x 3 neighbourhood, cut at the frame. */
function boxMean({ data, shape: [height, width] }: DenseRaster): Float32Array {
  const out = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [n, sum] = [0, 0];
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++, n++)
          sum += data[j * width + i];
      }
      out[y * width + x] = sum / n;
    }
  }
  return out;
}

function range({ data }: DenseRaster): number {
  const sorted = Float64Array.from(data).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  return at(0.99) - at(0.01);
}
