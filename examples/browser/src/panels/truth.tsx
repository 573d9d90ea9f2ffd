import { simulateClicks } from '../actions/simulate.ts';
import { look } from '../actions/structures.ts';
import { attempt, current, scan, truth } from '../state/store.ts';
import { task } from '../state/task.ts';
import { HEAT_GRADIENT } from '../truth/colors.ts';
import { heatShown } from '../truth/follow-heat.ts';
import { curve, score } from '../truth/score.ts';
import { truthLabel } from '../truth/truth-mask.ts';
import { Curve } from './curve.tsx';

const TEN = 10;

/** The ground truth: scores as one clicks, and the paper's annotator at work. */
export function TruthPanel() {
  if (truth.value === undefined) return null;
  return (
    <section aria-labelledby="truth-title" id="truth">
      <h2 id="truth-title">Ground truth</h2>
      <Label />
      <Scores />
      <Curve points={curve.value} />
      <div class="row">
        <button
          type="button"
          id="simulate"
          title="Draw a click as the paper's annotator does (T)"
          disabled={task.value !== undefined || truthLabel.value === undefined}
          onClick={() => attempt(() => simulateClicks(1))}
        >
          Simulate next click
        </button>
        <button
          type="button"
          id="simulate-ten"
          disabled={task.value !== undefined || truthLabel.value === undefined}
          onClick={() => attempt(() => simulateClicks(TEN))}
        >
          {TEN} clicks
        </button>
      </div>
      <label class="check">
        <input
          type="checkbox"
          id="heat-shown"
          checked={heatShown.value}
          onChange={(event) => {
            heatShown.value = event.currentTarget.checked;
          }}
        />
        Show where it may fall
      </label>
      {heatShown.value && (
        <p class="legend">
          <span ref={(bar) => bar?.style.setProperty('background-image', HEAT_GRADIENT)} aria-hidden="true" />
          <small>click probability, low to high (sixth root)</small>
        </p>
      )}
    </section>
  );
}

function Label() {
  const structure = current.value;
  if (structure === undefined || truth.value === undefined) return null;
  return (
    <label class="wide">
      <span class="long">{structure.name} is</span>
      <select
        id="truth-label"
        title="Auto: the label under the first click, else the one that the mask overlaps most"
        value={String(structure.truth ?? '')}
        onChange={({ currentTarget: { value } }) =>
          look(structure.id, { truth: value === '' ? undefined : Number(value) })
        }
      >
        <option value="">Auto{structure.truth === undefined && nameOf(truthLabel.value)}</option>
        {truth.value.labels.map(({ value, name }) => (
          <option key={value} value={String(value)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

const nameOf = (value: number | undefined): string => {
  const found = truth.value?.labels.find((label) => label.value === value);
  return found ? `: ${found.name}` : '';
};

function Scores() {
  const found = score.value;
  const unit = scan.value?.measured ? 'mm' : 'px';
  const show = (value: number | undefined, digits: number) =>
    value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
  return (
    <dl class="scores">
      <div>
        <dt>Dice</dt>
        <dd id="dice">{show(found?.dice, 3)}</dd>
      </div>
      <div>
        <dt title="Hausdorff distance">HD, {unit}</dt>
        <dd id="hd">{show(found?.hausdorff, 1)}</dd>
      </div>
      <div>
        <dt title="Mean absolute distance">MAD, {unit}</dt>
        <dd id="mad">{show(found?.meanAbsoluteDistance, 2)}</dd>
      </div>
    </dl>
  );
}
