import { ClicksegError, contiguous, type Raster } from '@clickseg/raster';
import type { Click, OpenOptions, Segmenter } from '@clickseg/runtime';

/** A segmenter whose network answers with the very pixels that were clicked. */
export function fakeSegmenter(width: number, height: number) {
  const disposed = () => new ClicksegError('disposed', 'it was closed');
  const fake = {
    /** What was opened, and how, in order. */
    opened: [] as { image: number[]; options: OpenOptions }[],
    /** How many are open now. */
    open: 0,
    /** Whether it was disposed of, and all its interactions with it. */
    gone: false,
    /** What every run of the network waits for. */
    run: Promise.resolve() as Promise<unknown>,
    segmenter: {
      open: async (image: Raster, options: OpenOptions) => {
        fake.opened.push({ image: [...contiguous(image).data], options });
        fake.open++;
        let clicks: readonly (Click & { readonly id: number })[] = [];
        let closed = false;
        const check = ({ x, y }: { x: number; y: number }) => {
          if (closed || fake.gone) throw disposed();
          if (!(x >= -0.5 && x < width - 0.5 && y >= -0.5 && y < height - 0.5))
            throw new ClicksegError('invalid-point', `outside: ${x}, ${y}`);
        };
        return {
          get clicks() {
            return clicks;
          },
          add: (click: Click) => {
            check(click);
            const id = 1 + Math.max(0, ...clicks.map((one) => one.id));
            clicks = [...clicks, { ...click, id }];
            return id;
          },
          move: (id: number, to: { x: number; y: number }) => {
            check(to);
            clicks = clicks.map((click) => (click.id === id ? { ...click, ...to } : click));
          },
          toJSON: () => ({ clicks }),
          fromJSON: (json: { clicks: typeof clicks }) => {
            clicks = json.clicks;
          },
          predict: async () => {
            const at = clicks;
            await fake.run;
            if (closed) throw disposed();
            const mask = new Uint8Array(width * height);
            for (const { x, y, label } of at)
              mask[Math.round(y) * width + Math.round(x)] = Number(label === 'foreground');
            return { mask: { data: mask, shape: [height, width] } };
          },
          dispose: async () => {
            if (!closed) fake.open--;
            closed = true;
          },
        };
      },
    } as unknown as Segmenter,
  };
  return fake;
}
