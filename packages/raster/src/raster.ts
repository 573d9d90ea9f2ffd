import { ClicksegError } from './errors.ts';

/** The typed arrays that hold images, masks and fields; over an `ArrayBuffer` or a `SharedArrayBuffer`. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/**
 * An image, mask or field: structurally a scijs `ndarray`, so that a real one (a strided `pick`,
 * `transpose`, `hi`, `lo` or reversed view too) is accepted wherever a `Raster` is.
 *
 * `shape` is `[height, width]` or `[depth, height, width]`. Without `stride` the data are dense in C
 * order (last index fastest); without `offset` they start at element 0, and with neither of them they are exactly as many as the
 * shape has pixels. Strides count elements and may be negative.
 */
export interface Raster<T extends NumericArray = NumericArray> {
  readonly data: T;
  readonly shape: readonly number[];
  readonly stride?: readonly number[];
  readonly offset?: number;
}

/** A raster whose data are dense, in C order, from element 0: what every function here returns. */
export interface DenseRaster<T extends NumericArray = NumericArray> extends Raster<T> {
  readonly stride: readonly number[];
  readonly offset: 0;
}

/** C-order strides of a shape, in elements. */
export function denseStride(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    stride[axis] = step;
    step *= shape[axis];
  }
  return stride;
}

/** Number of pixels of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/**
 * Wraps dense typed-array data as a raster, without copying.
 *
 * @param data - `shape` product many elements, C order
 * @param shape - `[height, width]` or `[depth, height, width]`, each at least 1
 * @throws ClicksegError `invalid-shape` or `invalid-array`
 */
export function raster<T extends NumericArray>(data: T, shape: readonly number[]): DenseRaster<T> {
  checkShape(shape);
  checkData(data, 'raster');
  if (data.length !== sizeOf(shape)) {
    throw new ClicksegError('invalid-array', `raster: ${data.length} elements do not fill [${shape}]`);
  }
  return { data, shape: [...shape], stride: denseStride(shape), offset: 0 };
}

/**
 * Checks that a shape is `[height, width]` or `[depth, height, width]` of whole numbers of at least 1.
 * @throws ClicksegError `invalid-shape`, naming the shape; `too-large` beyond {@link MAX_PIXELS}, as everything that checks a shape
 */
export function checkShape(shape: readonly number[], what = 'shape'): void {
  const fits = Array.isArray(shape) || ArrayBuffer.isView(shape);
  if (!fits || (shape.length !== 2 && shape.length !== 3)) {
    throw new ClicksegError('invalid-shape', `${what}: expected [h, w] or [d, h, w], got ${describe(shape)}`);
  }
  for (const n of shape) {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new ClicksegError(
        'invalid-shape',
        `${what}: ${describe(n)} in ${describe([...shape])} is not a whole number above 0`,
      );
    }
  }
  if (!Number.isSafeInteger(sizeOf(shape)) || sizeOf(shape) > MAX_PIXELS) {
    throw new ClicksegError('too-large', `${what}: [${shape}] has more than ${MAX_PIXELS} pixels`);
  }
}

/** More elements than a typed array can be indexed with in 32 bits; a shape beyond it is a mistake. */
export const MAX_PIXELS = 2 ** 31 - 1;

/**
 * Checks an array at the door: its data, its shape and that its strides stay inside the buffer.
 * @param what - how the message names it, such as `dice: pred`
 * @throws ClicksegError `invalid-array` or `invalid-shape`, with the offending value
 */
export function checkRaster(view: Raster, what = 'raster'): void {
  if (typeof view !== 'object' || view === null) {
    throw new ClicksegError('invalid-array', `${what}: expected { data, shape }, got ${describe(view)}`);
  }
  const { data, shape, stride, offset = 0 } = view;
  checkData(data, what);
  checkShape(shape, what);
  if (stride === undefined && view.offset === undefined) {
    // More than the shape holds is as wrong as less: a volume would be taken for its first slice.
    if (data.length === sizeOf(shape)) return;
    const more = data.length > sizeOf(shape);
    const why = more
      ? `are more than [${shape}]; a part of an array has an offset or strides`
      : `do not fill [${shape}]`;
    throw new ClicksegError('invalid-array', `${what}: ${data.length} elements ${why}`);
  }
  const steps = stride === undefined ? denseStride(shape) : stride;
  const listed = Array.isArray(steps) || ArrayBuffer.isView(steps);
  // Strides of text would add up as text: '4' + '1' is an index too.
  if (!listed || steps.length !== shape.length || ![offset, ...steps].every(Number.isInteger)) {
    const [given, from] = [describe(steps), describe(offset)];
    throw new ClicksegError(
      'invalid-array',
      `${what}: stride ${given} and offset ${from} are not ${shape.length} whole numbers and one`,
    );
  }
  let least = offset;
  let most = offset;
  for (let axis = 0; axis < shape.length; axis++) {
    const reach = (shape[axis] - 1) * steps[axis];
    if (reach < 0) least += reach;
    else most += reach;
  }
  if (least < 0 || most >= data.length) {
    throw new ClicksegError(
      'invalid-array',
      `${what}: stride [${steps}] and offset ${offset} leave the buffer of ${data.length} elements`,
    );
  }
}

/**
 * Checks that two arrays have the same shape.
 * @throws ClicksegError `shape-mismatch`, naming both shapes
 */
export function checkSameShape(a: Raster, b: Raster, what: string): void {
  if (a.shape.length !== b.shape.length || a.shape.some((n, i) => n !== b.shape[i])) {
    throw new ClicksegError('shape-mismatch', `${what}: shapes [${a.shape}] and [${b.shape}] differ`);
  }
}

/** True where the data of `view` are dense C order, so that kernels can walk them by one index. */
export function isDense(view: Raster): boolean {
  if (view.stride === undefined) return true;
  let step = 1;
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    // The stride of an axis of length 1 is never used.
    if (view.shape[axis] !== 1 && view.stride[axis] !== step) return false;
    step *= view.shape[axis];
  }
  return true;
}

/**
 * The same pixels as a dense C-order raster. Dense input is not copied (the result shares its
 * memory); a strided view is copied once.
 * @throws ClicksegError `invalid-array` or `invalid-shape`
 */
export function contiguous<T extends NumericArray>(view: Raster<T>, what = 'raster'): DenseRaster<T> {
  checkRaster(view, what);
  const { shape, offset = 0 } = view;
  const size = sizeOf(shape);
  if (isDense(view)) {
    const whole = offset === 0 && view.data.length === size;
    const data = whole ? view.data : (view.data.subarray(offset, offset + size) as T);
    return { data, shape: [...shape], stride: denseStride(shape), offset: 0 };
  }
  const data = emptyLike(view.data, size);
  const stride = view.stride ?? denseStride(shape);
  const [depth, height, width] = shape.length === 3 ? shape : [1, shape[0], shape[1]];
  const [dz, dy, dx] = shape.length === 3 ? stride : [0, stride[0], stride[1]];
  for (let z = 0, out = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let at = offset + z * dz + y * dy;
      for (let x = 0; x < width; x++, at += dx) data[out++] = view.data[at];
    }
  }
  return { data, shape: [...shape], stride: denseStride(shape), offset: 0 };
}

/**
 * New zeros of the kind of `data`, as many as `length`. The kind goes by name: a subclass (Node's `Buffer`) has a constructor that
 * is none to call, and a `slice` that is a view.
 */
export function emptyLike<T extends NumericArray>(data: T, length: number): T {
  const kind = arrayKind(data) as 'Uint8Array';
  return new globalThis[kind](length) as NumericArray as T;
}

/** The same values in memory of their own; of the kind that {@link emptyLike} gives. */
export function copyOf<T extends NumericArray>(data: T): T {
  const copy = emptyLike(data, data.length);
  copy.set(data);
  return copy;
}

/**
 * The name of a typed array's class, such as `'Uint8Array'`; `undefined` for anything else. Unlike `instanceof` it knows
 * arrays of another window, worker context or test runner's sandbox, whose classes are others.
 */
export function arrayKind(data: unknown): string | undefined {
  return ArrayBuffer.isView(data) ? (data as NumericArray)[Symbol.toStringTag] : undefined;
}

/** True where two arrays have bytes in common (NumPy's `may_share_memory`): writing one would change the other. */
export function sharesMemory(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const before = (c: ArrayBufferView, d: ArrayBufferView) => c.byteOffset + c.byteLength <= d.byteOffset;
  return a.buffer === b.buffer && !before(a, b) && !before(b, a);
}

function checkData(data: unknown, what: string): asserts data is NumericArray {
  if (/^(Big|DataView|none)/.test(arrayKind(data) ?? 'none')) {
    throw new ClicksegError('invalid-array', `${what}: data must be a typed array, got ${describe(data)}`);
  }
}

/** A short name of any value for an error message; long arrays are cut. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}`;
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(short)}${value.length > 8 ? ', ...' : ''}]`;
  if (typeof value === 'object') return value.constructor?.name ?? 'object';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  return String(value);
}

/** As `String`, which throws for objects without a prototype; of lists in a list, which may hold itself, that they are some. */
function short(value: unknown): string {
  if (Array.isArray(value)) return '[...]';
  return typeof value === 'object' && value !== null ? describe(value) : String(value);
}
