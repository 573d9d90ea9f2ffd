// The library has no types of its own.
declare module 'distance-transform' {
  import type { NdArray } from 'ndarray';

  /** Replaces the array by the Lp distance of each element to the nearest non-zero one. */
  const distanceTransform: (array: NdArray<Float64Array>, p?: number) => void;
  // biome-ignore lint/style/noDefaultExport: how the library exports itself.
  export default distanceTransform;
}
