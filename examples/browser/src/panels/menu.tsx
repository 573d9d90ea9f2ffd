import { ChevronDown, type IconNode } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
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

/**
 * A button with a list below it, which closes when something is chosen, on Esc, on a press beside it, and when the focus
 * leaves.
 */
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
    // Where a press gives buttons no focus (Safari, Firefox on a Mac) it goes to nothing, and the press is yet to come.
    const to = event.relatedTarget as Node | null;
    if (to !== null && !details.current?.contains(to)) close();
  };
  // Where a press gives the summary no focus, the menu's keys would be the image's.
  const takeFocus = () => {
    const menu = details.current;
    if (menu?.open && !menu.contains(document.activeElement)) menu.querySelector('summary')?.focus();
  };
  useEffect(() => {
    // Where nothing takes the focus, as beside the image, it does not leave.
    const pressed = (event: PointerEvent) => {
      if (!details.current?.contains(event.target as Node)) close();
    };
    document.addEventListener('pointerdown', pressed, true);
    return () => document.removeEventListener('pointerdown', pressed, true);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const menu = details.current;
    if (!menu) return;
    if (event.key === 'Escape' && menu.open) {
      event.stopPropagation();
      close();
      menu.querySelector('summary')?.focus();
      return;
    }
    if (event.key === 'ArrowDown') menu.open = true;
    if (!menu.open) return;
    const items = [...menu.querySelectorAll<HTMLElement>('li button:enabled')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const last = items.length - 1;
    const to = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items[to]?.focus();
  };
  return (
    <details
      class="menu"
      id={props.id}
      ref={details}
      onToggle={takeFocus}
      onFocusOut={leave}
      onKeyDown={onKeyDown}
    >
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
