import { afterEach, expect, it, vi } from 'vitest';
import { picture } from '../src/export/picture.ts';
import type { View } from '../src/viewer/view.ts';

// What it draws is looked at in open-and-save.test.ts, in a browser; here only whether it may.
afterEach(() => vi.unstubAllGlobals());

/** A browser whose canvases give back what `read` makes of the last colour. */
function canvases(read: (value: number, i: number) => number): void {
  class Canvas {
    getContext() {
      const context = {
        fillStyle: '',
        fillRect: () => undefined,
        getImageData: () => {
          const [r, g, b] = context.fillStyle.match(/\d+/g)?.map(Number) ?? [];
          const color = [r ?? 0, g ?? 0, b ?? 0, 255];
          return { data: Uint8ClampedArray.from({ length: 256 }, (_, i) => read(color[i % 4] ?? 0, i)) };
        },
        drawImage: () => undefined,
        scale: () => undefined,
      };
      return context;
    }
    convertToBlob = async () => new Blob(['a picture']);
  }
  vi.stubGlobal('OffscreenCanvas', Canvas);
}

const view = { draw: () => ({ width: 8, height: 8, clientWidth: 8 }) } as unknown as View;
const draw = () => picture(view, [], 0, 0.3);

it('is saved where pixels come back as they were drawn, or nearly', async () => {
  canvases((value) => value);
  expect(await (await draw()).text()).toBe('a picture');
  canvases((value, i) => value + (i % 3) - 1);
  expect(await (await draw()).text()).toBe('a picture');
});

it('is refused where protection against fingerprinting changes them', async () => {
  canvases((_, i) => (i * 97) % 256);
  await expect(draw()).rejects.toThrow('protect against fingerprinting');
});
