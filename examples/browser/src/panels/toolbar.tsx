import {
  ChevronsRight,
  CircleHelp,
  CircleStop,
  Download,
  Eraser,
  FolderOpen,
  Moon,
  Redo2,
  StepForward,
  Sun,
  SunMoon,
  Undo2,
} from 'lucide';
import { canCarry, carryNext, carryThrough } from '../actions/carry.ts';
import { clearSlice, redo, undo } from '../actions/clicks.ts';
import { forgetWork, openFiles, openSample } from '../actions/open.ts';
import { SAVES } from '../actions/save.ts';
import { chooseMode } from '../actions/view.ts';
import { canRedo, canUndo } from '../state/history.ts';
import { theme } from '../state/settings.ts';
import { attempt, currentWork, depth, helpOpen, mode, scan } from '../state/store.ts';
import { task } from '../state/task.ts';
import { view } from '../viewer/shown-view.ts';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';

const click = (id: string) => () => document.getElementById(id)?.click();

/** What is chosen with a file picker; the inputs themselves are never seen. */
function FileInputs() {
  const take = (use?: 'start' | 'truth') => (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // The same file again is a change too.
    input.value = '';
    if (files.length > 0) attempt(() => openFiles(files, use));
  };
  return (
    <>
      <input
        id="files"
        type="file"
        multiple
        hidden
        aria-label="Scan, label map or clicks"
        onChange={take()}
      />
      <input
        id="folder"
        type="file"
        hidden
        aria-label="DICOM folder"
        onChange={take()}
        {...{ webkitdirectory: true }}
      />
      <input
        id="start-file"
        type="file"
        hidden
        aria-label="Label map to start from"
        onChange={take('start')}
      />
      <input id="truth-file" type="file" hidden aria-label="Ground truth" onChange={take('truth')} />
    </>
  );
}

function OpenMenu() {
  return (
    <Menu
      id="open"
      title="Open"
      icon={FolderOpen}
      items={[
        {
          id: 'open-files',
          title: 'Files…',
          hint: 'NIfTI, DICOM, PNG, saved clicks, or a model (ONNX)',
          run: click('files'),
        },
        { id: 'open-folder', title: 'DICOM folder…', run: click('folder') },
        'line',
        { id: 'sample-chest', title: 'Sample: chest CT', run: () => attempt(() => openSample('chest')) },
        {
          id: 'sample-phantom',
          title: 'Sample: phantom with its truth',
          hint: 'a made-up abdomen of 12 slices',
          run: () => attempt(() => openSample('phantom')),
        },
        'line',
        {
          id: 'open-start',
          title: 'Start from this mask…',
          hint: 'a label map of this scan: each label a structure',
          disabled: !scan.value,
          run: click('start-file'),
        },
        {
          id: 'open-truth',
          title: 'Ground truth…',
          hint: 'a label map to measure against',
          disabled: !scan.value,
          run: click('truth-file'),
        },
        'line',
        {
          id: 'forget',
          title: 'Forget this work',
          hint: 'clears what this browser has kept, and opens the sample',
          run: () => attempt(forgetWork),
        },
      ]}
    />
  );
}

function SaveMenu() {
  const items = Object.entries(SAVES).map(([id, { title, run, ...rest }]) => ({
    id: `save-${id}`,
    title,
    hint: 'hint' in rest ? rest.hint : undefined,
    disabled: !scan.value || ('possible' in rest && !(rest.possible as () => boolean)()),
    run: () => attempt(() => view.value && run(view.value)),
  }));
  return <Menu id="save" title="Save" icon={Download} items={items} />;
}

const WORDS = { foreground: 'Inside', background: 'Outside' } as const;

function Mode() {
  return (
    <fieldset class="segments" id="mode">
      <legend class="hidden">What a click means</legend>
      {(['foreground', 'background'] as const).map((value) => (
        <button
          type="button"
          key={value}
          id={`mode-${value}`}
          class={value}
          aria-pressed={mode.value === value}
          title={`A left click or a tap means ${WORDS[value].toLowerCase()} (B); the right button the other`}
          onClick={() => chooseMode(value)}
        >
          <span class="sign" aria-hidden="true">
            {value === 'foreground' ? '+' : '−'}
          </span>
          <span class="word">{WORDS[value]}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Theme() {
  const next = { auto: 'light', light: 'dark', dark: 'auto' } as const;
  const icon = { auto: SunMoon, light: Sun, dark: Moon }[theme.value];
  return (
    <button
      type="button"
      class="quiet"
      id="theme"
      title={`Colours: ${theme.value}`}
      aria-label={`Colours: ${theme.value}`}
      onClick={() => {
        theme.value = next[theme.value];
      }}
    >
      <Icon of={icon} />
    </button>
  );
}

// Of names that differ at their ends only, such as series have them.
const TAIL = 14;

/** Where there is no room, its middle goes. */
function ScanName() {
  const { name = '' } = scan.value ?? {};
  return (
    <span class="gap" id="scan-name" title={name}>
      <span>{name.slice(0, -TAIL)}</span>
      <span>{name.slice(-TAIL)}</span>
    </span>
  );
}

export function Toolbar() {
  const { clicks, mask } = currentWork.value;
  const tool = (
    id: string,
    title: string,
    keys: string,
    icon: typeof Undo2,
    run: (event: MouseEvent) => void,
    disabled: boolean,
  ) => (
    <button type="button" id={id} title={`${title} (${keys})`} disabled={disabled} onClick={run}>
      <Icon of={icon} />
      <span class="word">{title}</span>
    </button>
  );
  const stop = task.value?.stop;
  // Carry and Stop take each other's place: the second press of a double click is not for what came of the first.
  const once =
    (run: () => void) =>
    ({ detail }: MouseEvent) =>
      detail > 1 || run();
  return (
    <header>
      <h1>
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" class="logo">
          <path d="M16 4C7 4 4 11 6 18s8 11 15 8 9-12 5-17-7-5-10-5Z" />
          <path d="M11 15h10M16 10v10" class="plus" />
        </svg>
        clickseg
      </h1>
      <FileInputs />
      <div class="group">
        <OpenMenu />
        <SaveMenu />
      </div>
      <div class="group">
        {tool('undo', 'Undo', 'Ctrl+Z', Undo2, undo, !canUndo())}
        {tool('redo', 'Redo', 'Ctrl+Shift+Z', Redo2, redo, !canRedo())}
        {tool('clear', 'Clear slice', 'C', Eraser, clearSlice, clicks.length === 0 && mask.pixels === 0)}
      </div>
      <Mode />
      {depth.value > 1 && (
        <div class="group">
          {tool(
            'carry-next',
            'Carry to next',
            'N',
            StepForward,
            () => attempt(() => carryNext(1)),
            !canCarry(),
          )}
          {stop
            ? tool('stop', 'Stop', 'Esc', CircleStop, once(stop), false)
            : tool(
                'carry',
                'Carry through',
                'P',
                ChevronsRight,
                once(() => attempt(carryThrough)),
                !canCarry(),
              )}
        </div>
      )}
      <ScanName />
      <Theme />
      <button
        type="button"
        class="quiet"
        id="help"
        title="Keys and gestures (?)"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        <Icon of={CircleHelp} />
        <span class="word">Keys</span>
      </button>
    </header>
  );
}
