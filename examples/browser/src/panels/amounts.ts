import type { Scan } from '../state/store.ts';

const number = (value: number, digits: number) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** An area on a slice. */
export function areaText(scan: Scan | undefined, pixels: number): string {
  if (!scan?.measured) return `${number(pixels, 0)} px`;
  const { x, y } = scan.volume.spacing;
  return `${number(pixels * x * y, 0)} mm²`;
}

/** A volume; nothing for a single slice, which has none. */
export function volumeText(scan: Scan | undefined, pixels: number): string {
  if (!scan?.measured || scan.volume.shape[0] < 2) return '';
  const { x, y, z } = scan.volume.spacing;
  const mm3 = pixels * x * y * z;
  return mm3 < 1000 ? `${number(mm3, 0)} mm³` : `${number(mm3 / 1000, mm3 < 100_000 ? 1 : 0)} cm³`;
}

export const milliseconds = (value: number): string => `${number(value, value < 10 ? 1 : 0)} ms`;
