export { ClicksegError, type ClicksegErrorCode, isClicksegError } from './errors.ts';
export {
  checkRaster,
  checkSameShape,
  checkShape,
  contiguous,
  type DenseRaster,
  denseStride,
  describe,
  isDense,
  MAX_PIXELS,
  type NumericArray,
  type Raster,
  raster,
  sizeOf,
} from './raster.ts';
export { type AxisOrderSpacing, axisSpacing, type NamedSpacing, type Spacing } from './spacing.ts';
