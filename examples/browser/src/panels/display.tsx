import type { Signal } from '@preact/signals';
import { fillOpacity, safeColors, singleKeys } from '../state/settings.ts';

/** How the overlay looks, and whether single keys do something. */
export function Display() {
  return (
    <section aria-labelledby="display-title">
      <h2 id="display-title">Display</h2>
      <label class="wide">
        Fill
        <input
          id="fill"
          type="range"
          min="0"
          max="0.7"
          step="0.01"
          value={fillOpacity.value}
          onInput={(event) => {
            fillOpacity.value = Number(event.currentTarget.value);
          }}
        />
      </label>
      <Check id="safe-colors" of={safeColors} title="Clicks in blue and orange, for colour-blind eyes" />
      <Check id="single-keys" of={singleKeys} title="Single-key shortcuts" />
    </section>
  );
}

function Check({
  id,
  of,
  title,
}: {
  readonly id: string;
  readonly of: Signal<boolean>;
  readonly title: string;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        id={id}
        checked={of.value}
        onChange={(event) => {
          of.value = event.currentTarget.checked;
        }}
      />
      {title}
    </label>
  );
}
