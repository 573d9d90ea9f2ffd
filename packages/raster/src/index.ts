export { BOUNDARY_DEFAULTS, type BoundaryOptions, boundary } from './boundary.ts';
export { BOUNDING_BOX_DEFAULTS, type BoundingBoxOptions, type Box, boundingBox, crop } from './box.ts';
export { CHAMFER_DEFAULTS, type ChamferOptions, type ChamferWeights, chamferDistance } from './chamfer.ts';
export { checkOptions } from './check-options.ts';
export {
  COMPONENTS_DEFAULTS,
  type Components,
  type ComponentsOptions,
  connectedComponents,
} from './components.ts';
export type { Connectivity } from './connectivity.ts';
export { differingPixels } from './differing-pixels.ts';
export { ClicksegError, type ClicksegErrorCode, isClicksegError } from './errors.ts';
export { EUCLIDEAN_DEFAULTS, type EuclideanOptions, euclideanDistance } from './euclidean.ts';
export {
  arrayKind,
  checkRaster,
  checkSameShape,
  checkShape,
  contiguous,
  copyOf,
  type DenseRaster,
  denseStride,
  describe,
  emptyLike,
  isDense,
  MAX_PIXELS,
  type NumericArray,
  type Raster,
  raster,
  sharesMemory,
  sizeOf,
} from './raster.ts';
export type { Border } from './region.ts';
export { type AxisOrderSpacing, axisSpacing, type NamedSpacing, type Spacing } from './spacing.ts';
export { unlessAborted } from './unless-aborted.ts';
export { type WithDefaults, withDefaults } from './with-defaults.ts';
