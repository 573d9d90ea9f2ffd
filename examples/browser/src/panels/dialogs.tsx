import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { question } from '../actions/ask.ts';
import { HAND_HELP, KEY_HELP, type KeyHelp } from '../keys.ts';
import { helpOpen } from '../state/store.ts';

function Dialog(props: {
  readonly id: string;
  readonly title: string;
  /** Default 'Close'. */
  readonly close?: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // Enter changes nothing, where something would be lost.
    if (props.close) dialog.current?.querySelector<HTMLElement>('form button')?.focus();
    // The browser scrolls to what it gives the focus, which may stand at the end.
    if (dialog.current) dialog.current.scrollTop = 0;
  }, []);
  return (
    <dialog id={props.id} ref={dialog} aria-labelledby={`${props.id}-title`} onClose={props.onClose}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.children}
      <form method="dialog">
        <button type="submit">{props.close ?? 'Close'}</button>
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
      key={asked.title}
      id="question"
      title={asked.title}
      close={asked.close}
      onClose={() => asked.answer(undefined)}
    >
      <div class="choices">
        {asked.choices.map(({ id, title, hint }) => (
          <button type="button" key={id} data-use={id} onClick={() => asked.answer(id)}>
            {title} <small>{hint}</small>
          </button>
        ))}
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
