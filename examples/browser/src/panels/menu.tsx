import { ChevronDown, type IconNode } from 'lucide';
import { useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** One line of a menu. */
export interface MenuItem {
  readonly id: string;
  readonly title: string;
  /** What it is for, where the title does not say. */
  readonly hint?: string;
  readonly disabled?: boolean;
  run(): void;
}

/** A button with a list below it, which closes when something is chosen, on Esc, and when the focus leaves. */
export function Menu(props: {
  readonly id: string;
  readonly title: string;
  readonly icon: IconNode;
  readonly items: readonly (MenuItem | 'line')[];
}) {
  const details = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (details.current) details.current.open = false;
  };
  const leave = (event: FocusEvent) => {
    if (!details.current?.contains(event.relatedTarget as Node | null)) close();
  };
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !details.current?.open) return;
    event.stopPropagation();
    close();
    details.current.querySelector('summary')?.focus();
  };
  return (
    <details class="menu" id={props.id} ref={details} onFocusOut={leave} onKeyDown={onEscape}>
      <summary class="button">
        <Icon of={props.icon} />
        <span>{props.title}</span>
        <Icon of={ChevronDown} />
      </summary>
      <ul>
        {props.items.map((item) =>
          item === 'line' ? (
            <li class="line" key="line" />
          ) : (
            <li key={item.id}>
              <button
                type="button"
                id={item.id}
                disabled={item.disabled}
                onClick={() => {
                  close();
                  // Back to the image: its keys are what comes next.
                  document.getElementById('overlay')?.focus();
                  item.run();
                }}
              >
                {item.title}
                {item.hint && <small>{item.hint}</small>}
              </button>
            </li>
          ),
        )}
      </ul>
    </details>
  );
}
