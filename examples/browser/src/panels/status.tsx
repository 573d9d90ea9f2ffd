import { X } from 'lucide';
import { currentWork, said, scan, waiting } from '../state/store.ts';
import { task } from '../state/task.ts';
import { areaText } from './amounts.ts';
import { Icon } from './icon.tsx';

/** What the app says: the last word, and how far long work is. */
export function Status() {
  const { text, fault } = said.value;
  const running = task.value;
  return (
    <footer>
      <p id="status" role="status" class={fault ? 'fault' : ''} title={text}>
        {text}
      </p>
      {waiting.value > 0 && (
        <p class="late" aria-hidden="true">
          Computing…
        </p>
      )}
      {running && (
        <div id="task">
          <span>{running.text}</span>
          <progress
            aria-label={running.text}
            max={Math.max(1, running.total)}
            value={running.total > 0 ? running.done : undefined}
          />
          {running.total > 0 && (
            <span class="count">
              {running.done} of {running.total}
            </span>
          )}
          <button type="button" class="quiet" aria-label="Stop (Esc)" onClick={running.stop}>
            <Icon of={X} /> Stop
          </button>
        </div>
      )}
      <p class="hidden" role="status">
        {waiting.value === 0 && outcome()}
      </p>
      <p class="small">The scan stays in this browser. Not a medical device.</p>
    </footer>
  );
}

/** What came of the clicks on the slice that is shown. */
function outcome(): string {
  const { mask, clicks, answered } = currentWork.value;
  if (mask.pixels > 0) return `Area ${areaText(scan.value, mask.pixels)}`;
  return answered && clicks.length > 0 ? 'Nothing outlined' : '';
}
