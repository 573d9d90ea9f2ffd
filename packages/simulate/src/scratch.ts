// Working memory that lives on between calls, so that a simulated click allocates next to nothing. One
// role's content is good until its next request; nothing here outlives a call or crosses an await.
// Requests above a 2048 x 2048 slice get memory of their own, which the collector may take back.
const KEPT = 1 << 22;

function keeper<T extends Uint8Array | Int32Array | Float32Array | Float64Array>(
  make: (n: number) => T,
): (n: number) => T {
  let have = make(0);
  return (n) => {
    if (n <= have.length) return have.subarray(0, n) as T;
    if (n > KEPT) return make(n);
    // Twice as much as before, so that requests that grow bit by bit do not each allocate.
    have = make(Math.min(KEPT, Math.max(n, 2 * have.length)));
    return have.subarray(0, n) as T;
  };
}

const newBytes = () => keeper((n) => new Uint8Array(n));
const newIntegers = () => keeper((n) => new Int32Array(n));
const newDoubles = () => keeper((n) => new Float64Array(n));

/** Bytes of unknown content, by role. */
export const bytes = {
  gt: newBytes(),
  pred: newBytes(),
  ignore: newBytes(),
  keptGt: newBytes(),
  keptPred: newBytes(),
  crop: newBytes(),
};
export type Role = keyof typeof bytes;

/** Numbers of unknown content: a field in single or double precision. */
export const singles = keeper((n) => new Float32Array(n));
export const doubles = newDoubles();
/** Positions in the image of each kind of error. */
export const pixelMemory = { missed: newIntegers(), spilled: newIntegers() };
/** Where a crop's error pixels lie in it, their distances, and the weights made from these. */
export const cropPlaces = newIntegers();
export const depthMemory = newDoubles();
export const weightMemory = newDoubles();
