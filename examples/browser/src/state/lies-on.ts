/** Whether a click lies on a pixel of a slice, from half a pixel before the first centre on: elsewhere no model answers it. */
export function liesOn(
  { x, y }: { readonly x?: unknown; readonly y?: unknown },
  [height, width]: readonly [number, number],
): boolean {
  const on = (place: unknown, size: number) =>
    typeof place === 'number' && place >= -0.5 && place < size - 0.5;
  return on(x, width) && on(y, height);
}
