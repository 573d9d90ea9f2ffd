import { Eye, EyeOff, Lock, LockOpen, Plus, Trash2 } from 'lucide';
import { addStructure, chooseStructure, deleteStructure, look, setLocked } from '../actions/structures.ts';
import { currentId, scan, slice, structures } from '../state/store.ts';
import { countClicks, countPixels, type Structure } from '../state/structure.ts';
import { areaText, volumeText } from './amounts.ts';
import { Icon } from './icon.tsx';

export function Structures() {
  return (
    <section aria-labelledby="structures-title">
      <h2 id="structures-title">
        Structures
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
      </h2>
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
  const toggle = (key: string, on: boolean, title: string, icon: typeof Eye, run: () => void) => (
    <button
      type="button"
      class="quiet"
      data-act={key}
      title={`${title} ${name}`}
      aria-label={`${title} ${name}`}
      aria-pressed={on}
      onClick={run}
    >
      <Icon of={icon} />
    </button>
  );
  const pixels = slices.get(slice.value)?.mask.pixels ?? 0;
  return (
    <li class={chosen ? 'current' : ''}>
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
      {toggle('visible', visible, visible ? 'Hide' : 'Show', visible ? Eye : EyeOff, () =>
        look(id, { visible: !visible }),
      )}
      {toggle('locked', locked, locked ? 'Unlock' : 'Lock', locked ? Lock : LockOpen, () =>
        setLocked(id, !locked),
      )}
      {toggle('delete', false, 'Delete', Trash2, () => deleteStructure(id))}
      <button type="button" class="amounts" aria-pressed={chosen} onClick={() => chooseStructure(id)}>
        <span class="hidden">{name}:</span>
        <span data-amount="area">{areaText(scan.value, pixels)}</span>
        <span data-amount="volume">{volumeText(scan.value, countPixels(structure))}</span>
        <span data-amount="clicks">
          {countClicks(structure)} click{countClicks(structure) === 1 ? '' : 's'}
        </span>
      </button>
    </li>
  );
}
