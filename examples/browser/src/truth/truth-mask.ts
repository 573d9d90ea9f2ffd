import { computed } from '@preact/signals';
import { paintMask } from '../state/mask-box.ts';
import { current, currentWork, slice, sliceShape, truth } from '../state/store.ts';

/** The slice of the ground truth that is shown, all labels; `undefined` where there is none. */
const truthSlice = computed(() => {
  const [height, width] = sliceShape.value;
  const size = height * width;
  const data = truth.value?.data as Uint8Array | undefined;
  return data?.subarray(slice.value * size, (slice.value + 1) * size);
});

/** The label that the current structure is measured against: the one chosen, else the one that it overlaps most. */
export const truthLabel = computed<number | undefined>(() => {
  const labels = truthSlice.value;
  const structure = current.value;
  if (labels === undefined || structure === undefined) return undefined;
  if (structure.truth !== undefined) return structure.truth;
  const { mask, clicks } = currentWork.value;
  const width = sliceShape.value[1];
  // The one that was placed first: a click that is moved becomes the newest, but keeps its id.
  const [first] = clicks.filter(({ label }) => label === 'foreground').sort((a, b) => a.id - b.id);
  // The click says what was meant; a mask that spilled may lie mostly elsewhere.
  const under = first && labels[Math.round(first.y) * width + Math.round(first.x)];
  if (under) return under;
  const inside = new Uint8Array(labels.length);
  paintMask(mask, inside, width, 1);
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 0 && (inside[i] || mask.pixels === 0)) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
});

/** The truth of the current structure on the slice that is shown, `height * width` of 0 and 1. */
export const truthMask = computed(() => {
  const [labels, label] = [truthSlice.value, truthLabel.value];
  if (labels === undefined || label === undefined) return undefined;
  return Uint8Array.from(labels, (value) => (value === label ? 1 : 0));
});
