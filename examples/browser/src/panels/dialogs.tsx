import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { question } from '../actions/open.ts';
import { HAND_HELP, KEY_HELP, type KeyHelp } from '../keys.ts';
import { helpOpen } from '../state/store.ts';

function Dialog(props: {
  readonly id: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog id={props.id} ref={dialog} aria-labelledby={`${props.id}-title`} onClose={props.onClose}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.children}
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

const list = (entries: readonly KeyHelp[]) => (
  <dl>
    {entries.map(({ keys, does }) => (
      <div key={does}>
        <dt>
          {keys.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </dt>
        <dd>{does}</dd>
      </div>
    ))}
  </dl>
);

function Keys() {
  const close = () => {
    helpOpen.value = false;
  };
  return (
    <Dialog id="keys" title="Hand and keys" onClose={close}>
      <div class="columns">
        {list(HAND_HELP)}
        {list(KEY_HELP)}
      </div>
    </Dialog>
  );
}

function Question() {
  const asked = question.value;
  if (asked === undefined) return null;
  return (
    <Dialog
      id="question"
      title={`${asked.name} is a label map of this scan`}
      onClose={() => asked.answer(undefined)}
    >
      <div class="choices">
        <button type="button" data-use="start" onClick={() => asked.answer('start')}>
          Start from it <small>each label becomes a structure, to be corrected by clicks</small>
        </button>
        <button type="button" data-use="truth" onClick={() => asked.answer('truth')}>
          Measure against it <small>as the ground truth: Dice, distances, simulated clicks</small>
        </button>
        <button type="button" data-use="scan" onClick={() => asked.answer('scan')}>
          Open it as a scan <small>in place of the one that is open</small>
        </button>
      </div>
    </Dialog>
  );
}

export function Dialogs() {
  return (
    <>
      {helpOpen.value && <Keys />}
      <Question />
    </>
  );
}
