import { fillOpacity, safeColors } from '../state/settings.ts';

/** How the overlay looks. */
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
      <label class="check">
        <input
          type="checkbox"
          id="safe-colors"
          checked={safeColors.value}
          onChange={(event) => {
            safeColors.value = event.currentTarget.checked;
          }}
        />
        Clicks in blue and orange, for colour-blind eyes
      </label>
    </section>
  );
}
