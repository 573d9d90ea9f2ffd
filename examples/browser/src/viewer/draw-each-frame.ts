import { effect } from '@preact/signals';

/**
 * Draws what `read` answers whenever a signal that it reads has changed: once a frame at most, and not before the
 * frame, so that the next prediction is under way when the outlines of the last are computed.
 */
export function drawEachFrame<T>(read: () => T, draw: (scene: T) => void): void {
  let scene: { readonly of: T } | undefined;
  effect(() => {
    const waits = scene !== undefined;
    scene = { of: read() };
    if (waits) return;
    requestAnimationFrame(() => {
      const latest = scene;
      scene = undefined;
      if (latest) draw(latest.of);
    });
  });
}
