import { Eye, EyeOff, Lock, LockOpen, Plus, Trash2 } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import {
  addStructure,
  chooseStructure,
  deleteStructure,
  look,
  setLocked,
  toggleVisible,
} from '../actions/structures.ts';
import { counted } from '../state/counted.ts';
import { currentId, scan, slice, structures } from '../state/store.ts';
import { countCarried, countClicks, countPixels, type Structure } from '../state/structure.ts';
import { areaText, volumeText } from './amounts.ts';
import { Icon } from './icon.tsx';

export function Structures() {
  return (
    <section aria-labelledby="structures-title">
      <div class="heading">
        <h2 id="structures-title">Structures</h2>
        <button
          type="button"
          class="quiet"
          id="add-structure"
          title="Add a structure (A)"
          onClick={addStructure}
        >
          <Icon of={Plus} />
          <span>Add</span>
        </button>
      </div>
      <ul id="structures">
        {structures.value.map((structure) => (
          <Item key={structure.id} structure={structure} />
        ))}
      </ul>
    </section>
  );
}

function Item({ structure }: { readonly structure: Structure }) {
  const { id, name, label, color, visible, locked, slices } = structure;
  const chosen = id === currentId.value;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen && row.current) reveal(row.current);
  }, [chosen]);
  const carried = countCarried(structure);
  const pixels = slices.get(slice.value)?.mask.pixels ?? 0;
  return (
    <li ref={row} class={chosen ? 'current' : ''} aria-current={chosen ? 'true' : undefined}>
      <input
        type="color"
        value={color}
        aria-label={`Colour of ${name}`}
        onInput={(event) => look(id, { color: event.currentTarget.value })}
      />
      <input
        type="text"
        class="name"
        value={name}
        aria-label={`Name of structure ${id}`}
        title={`Label ${label} in a label map`}
        spellcheck={false}
        onFocus={() => chooseStructure(id)}
        onChange={(event) => look(id, { name: event.currentTarget.value.trim() || `Structure ${id}` })}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      <RowButton
        act="visible"
        icon={visible ? Eye : EyeOff}
        title={`${visible ? 'Hide' : 'Show'} ${name}`}
        label={`Visible: ${name}`}
        pressed={visible}
        onClick={() => toggleVisible(structure)}
      />
      <RowButton
        act="locked"
        icon={locked ? Lock : LockOpen}
        title={`${locked ? 'Unlock' : 'Lock'} ${name}`}
        label={`Locked: ${name}`}
        pressed={locked}
        onClick={() => setLocked(id, !locked)}
      />
      <RowButton
        act="delete"
        icon={Trash2}
        title={`Delete ${name}`}
        onClick={({ currentTarget }) => {
          deleteStructure(id);
          keepFocus(currentTarget as HTMLElement);
        }}
      />
      <button type="button" class="amounts" onClick={() => chooseStructure(id)}>
        <span class="hidden">{name}:</span>
        <span data-amount="area">{areaText(scan.value, pixels)}</span>
        <span data-amount="volume">{volumeText(scan.value, countPixels(structure))}</span>
        <span data-amount="clicks">
          {counted(countClicks(structure), 'click')}
          {carried > 0 && `, ${counted(carried, 'slice')} carried`}
        </span>
      </button>
    </li>
  );
}

/** @param props - `label`: a name that stays the same, where the title says what a press would do */
function RowButton(props: {
  readonly act: string;
  readonly icon: typeof Eye;
  readonly title: string;
  readonly label?: string;
  readonly pressed?: boolean;
  readonly onClick: (event: MouseEvent) => void;
}) {
  return (
    <button
      type="button"
      class="quiet"
      data-act={props.act}
      title={props.title}
      aria-label={props.label ?? props.title}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      <Icon of={props.icon} />
    </button>
  );
}

/** Gives the focus of a button that goes with its row to the row that is the current one then. */
function keepFocus(button: HTMLElement): void {
  if (document.activeElement !== button) return;
  // The rows are drawn anew before the next frame.
  requestAnimationFrame(() => {
    if (!button.isConnected) document.querySelector<HTMLElement>('#structures .current .amounts')?.focus();
  });
}

/** Scrolls the panel to a row; not the page, which may scroll too where there is no room, and has the image in it. */
function reveal(row: HTMLElement): void {
  const panel = row.closest('aside');
  if (panel === null) return;
  const [own, seen] = [row.getBoundingClientRect(), panel.getBoundingClientRect()];
  panel.scrollTop += Math.min(0, own.top - seen.top) + Math.max(0, own.bottom - seen.bottom);
}
