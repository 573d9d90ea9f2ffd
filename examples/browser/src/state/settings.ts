import { effect, type Signal, signal } from '@preact/signals';

// How a person likes it: kept in this browser, apart from any scan.
export const fillOpacity = kept(
  'fill',
  0.22,
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
);
export const theme = kept<'auto' | 'light' | 'dark'>('theme', 'auto', (value) =>
  /^(auto|light|dark)$/.test(`${value}`),
);
/** Clicks in blue and orange instead of the paper's green and red. */
export const safeColors = kept('safe-colors', false, (value) => typeof value === 'boolean');

/** Whether letters and other signs do something without Ctrl or Alt. */
export const singleKeys = kept('single-keys', true, (value) => typeof value === 'boolean');

function kept<T>(name: string, first: T, right: (value: unknown) => boolean): Signal<T> {
  const key = `clickseg-${name}`;
  let value = first;
  // A browser may forbid storage altogether, or hold what an older version wrote.
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (right(found)) value = found as T;
  } catch {}
  const made = signal(value);
  effect(() => {
    const text = JSON.stringify(made.value);
    try {
      localStorage.setItem(key, text);
    } catch {}
  });
  return made;
}
