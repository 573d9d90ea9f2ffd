import { expect, test } from 'vitest';
import * as api from '../src/index.ts';

test('the names that others build on', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "BOUNDARY_DEFAULTS",
      "BOUNDING_BOX_DEFAULTS",
      "CHAMFER_DEFAULTS",
      "COMPONENTS_DEFAULTS",
      "ClicksegError",
      "EUCLIDEAN_DEFAULTS",
      "MAX_PIXELS",
      "arrayKind",
      "axisSpacing",
      "boundary",
      "boundingBox",
      "chamferDistance",
      "checkOptions",
      "checkRaster",
      "checkSameShape",
      "checkShape",
      "connectedComponents",
      "contiguous",
      "copyOf",
      "crop",
      "denseStride",
      "describe",
      "differingPixels",
      "emptyLike",
      "euclideanDistance",
      "isClicksegError",
      "isDense",
      "raster",
      "sharesMemory",
      "sizeOf",
      "unlessAborted",
      "withDefaults",
    ]
  `);
});
