import { switchProvider } from '../actions/engine.ts';
import { chosenProvider, engine, type Provider } from '../engine/model.ts';
import { attempt, lastTimings, rate } from '../state/store.ts';
import { milliseconds } from './amounts.ts';

const STAGES = [
  ['guidance', 'Clicks to network'],
  ['inference', 'Network'],
  ['resample', 'To the image’s grid'],
] as const;

/** The last prediction's time, stage by stage, and what computes. */
export function Engine() {
  return (
    <section aria-labelledby="engine-title">
      <h2 id="engine-title">Prediction</h2>
      <Timings />
      <Computing />
    </section>
  );
}

function Timings() {
  const timings = lastTimings.value;
  if (timings === undefined) return <p class="dim">Nothing was predicted yet.</p>;
  const sum = STAGES.reduce((total, [stage]) => total + timings[stage], 0);
  return (
    <>
      <svg class="stages" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        {STAGES.map(([stage], i) => {
          const before = STAGES.slice(0, i).reduce((total, [each]) => total + timings[each], 0);
          return (
            <rect
              key={stage}
              class={stage}
              x={(100 * before) / sum}
              width={(100 * timings[stage]) / sum}
              height="6"
            />
          );
        })}
      </svg>
      <dl id="timings">
        {STAGES.map(([stage, title]) => [
          <dt key={`${stage} title`} class={stage}>
            {title}
          </dt>,
          <dd key={stage}>{milliseconds(timings[stage])}</dd>,
        ])}
        <dt>In all, with waiting</dt>
        <dd>{milliseconds(timings.total)}</dd>
        {rate.value !== undefined && [
          <dt key="rate title">Last drag</dt>,
          <dd key="rate" id="rate">
            {rate.value.toFixed(1)} masks/s
          </dd>,
        ]}
      </dl>
    </>
  );
}

function Computing() {
  const { state, provider, passedOver, fault, details, loaded = 0, total, model } = engine.value;
  const change = (choice: Provider) => attempt(() => switchProvider(choice));
  return (
    <div class="computing">
      <label>
        Compute with
        <select
          id="provider"
          value={chosenProvider.value}
          disabled={state === 'loading' || state === 'starting'}
          onChange={(event) => change(event.currentTarget.value as Provider)}
        >
          <option value="webgpu">WebGPU if there is one</option>
          <option value="wasm">WebAssembly</option>
        </select>
      </label>
      {state === 'loading' && (
        <p id="loading">
          <progress max={total} value={loaded} aria-label="Model download" />
          Model: {(loaded / 1e6).toFixed(1)}
          {total !== undefined && ` of ${(total / 1e6).toFixed(1)}`} MB
        </p>
      )}
      {state === 'starting' && <p>Starting the model…</p>}
      {state === 'ready' && (
        <p id="backend" data-state="ready">
          <strong>{provider}</strong> <span class="dim">{model}</span>
        </p>
      )}
      {state === 'ready' && passedOver && (
        <p class="dim" id="passed-over">
          Not {passedOver}
        </p>
      )}
      {state === 'failed' && (
        <>
          <p class="fault">
            {fault}{' '}
            <button type="button" onClick={() => change(chosenProvider.value)}>
              Try again
            </button>
          </p>
          {details && (
            <details class="dim">
              <summary>Details</summary>
              {details}
            </details>
          )}
        </>
      )}
    </div>
  );
}
