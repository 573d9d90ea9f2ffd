import { raster } from '@clickseg/raster';
import { type Method, PIXELS } from './method.ts';

/**
 * No network: a disk around each foreground click. Where disks of both kinds overlap, the nearer click
 * decides. What a model must beat to have looked at the image at all.
 *
 * @param radius - mm
 */
export function diskMethod(radius: number): Method {
  return {
    name: `disk ${radius} mm`,
    annotator: 'strategy',
    async open(image, spacing = PIXELS) {
      const [height, width] = image.shape;
      return {
        async predict(clicks) {
          const data = new Uint8Array(height * width);
          for (let y = 0, i = 0; y < height; y++) {
            for (let x = 0; x < width; x++, i++) {
              let nearest = radius * radius;
              for (const click of clicks) {
                const d = ((x - click.x) * spacing.x) ** 2 + ((y - click.y) * spacing.y) ** 2;
                if (d > nearest) continue;
                nearest = d;
                data[i] = click.label === 'foreground' ? 1 : 0;
              }
            }
          }
          return raster(data, image.shape);
        },
        close: async () => {},
      };
    },
  };
}
