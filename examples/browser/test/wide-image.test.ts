import { decode, encode } from 'fast-png';
import { expect, it } from 'vitest';
import { useApp } from './browser.ts';

const site = useApp();

// The software renderer of the tests has 3-D textures of 2,048 pixels; what is larger niivue alone shows turned by 180 degrees.
it.each([
  [2048, 1600],
  [2049, 1600],
  [1600, 2049],
  [4100, 2000],
])(
  'shows an image of %i x %i as it is stored, and takes clicks where they are placed',
  async (width, height) => {
    const app = await site.open();
    const { page } = app;
    const disc = { x: Math.round(width * 0.25), y: Math.round(height * 0.3) };
    const data = Uint8Array.from({ length: width * height }, (_, i) =>
      Math.hypot((i % width) - disc.x, Math.floor(i / width) - disc.y) < width / 12 ? 200 : 60 + (i % 11),
    );
    const png = encode({ width, height, data, channels: 1, depth: 8 }, { zlib: { level: 1 } });
    await app.open('wide.png', png);
    await page.waitForSelector('body[data-ready="wide.png"]');
    await app.quiet();

    const times = Math.ceil(Math.max(width, height) / 2048);
    expect(await page.locator('#reduced').allTextContents()).toEqual(
      times > 1 ? [`shown at 1:${times}`] : [],
    );
    const stage = await page.locator('.stage').boundingBox();
    const shot = decode(await page.locator('.stage').screenshot());
    const [sum, many] = [{ x: 0, y: 0 }, []] as [{ x: number; y: number }, number[]];
    // The words about the window, at the lower edge, are as bright.
    for (let i = 0; i < shot.width * (shot.height - 50); i++) {
      if ((shot.data[i * shot.channels] as number) < 225) continue;
      many.push(i);
      sum.x += i % shot.width;
      sum.y += Math.floor(i / shot.width);
    }
    const seen = {
      x: (stage?.x ?? 0) + sum.x / many.length,
      y: (stage?.y ?? 0) + sum.y / many.length,
    };
    const meant = await app.at(disc.x, disc.y);
    expect(Math.hypot(seen.x - meant.x, seen.y - meant.y)).toBeLessThan(4);

    await app.answered(() => page.mouse.click(seen.x, seen.y));
    const [click] = JSON.parse((await app.save('clicks')).toString()).structures[0].slices[0].clicks;
    // Four pixels of the screen, in the image's own.
    const pixel = (await app.at(1, 0)).x - (await app.at(0, 0)).x;
    expect(Math.hypot(click.x - disc.x, click.y - disc.y) * pixel).toBeLessThan(4);

    // Zoomed and moved, it is still under the pointer.
    await page.keyboard.down('Control');
    await page.mouse.move(meant.x, meant.y);
    await page.mouse.wheel(0, -240);
    const zoomed = await app.at(disc.x, disc.y);
    expect(Math.hypot(zoomed.x - meant.x, zoomed.y - meant.y)).toBeLessThan(1.5);
    await page.mouse.down();
    await page.mouse.move(meant.x + 80, meant.y + 40);
    await page.mouse.up();
    await page.keyboard.up('Control');
    const moved = await app.at(disc.x, disc.y);
    expect(moved.x - zoomed.x).toBeCloseTo(80, 0);
    expect(moved.y - zoomed.y).toBeCloseTo(40, 0);
    await app.close();
  },
);
