import { effect } from '@preact/signals';
import { render } from 'preact';
import { openFiles, openSample } from './actions/open.ts';
import { recall } from './actions/recall.ts';
import { chosenProvider, segmenter } from './engine/model.ts';
import { droppedFiles } from './files/dropped.ts';
import { keepWork } from './keep/keep-work.ts';
import { listenToKeys } from './keys.ts';
import { registerOffline } from './offline/register.ts';
import { App } from './panels/app.tsx';
import { safeColors, theme } from './state/settings.ts';
import { attempt, scan } from './state/store.ts';
import { followHeat } from './truth/follow-heat.ts';
import { followScores } from './truth/score.ts';

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  document.documentElement.dataset['clicks'] = safeColors.value ? 'safe' : 'paper';
});

effect(() => {
  document.title = scan.value ? `${scan.value.name} – clickseg` : 'clickseg';
});

const asked = new URLSearchParams(location.search).get('provider');
if (asked === 'wasm' || asked === 'webgpu') chosenProvider.value = asked;

render(<App />, document.getElementById('app') as HTMLElement);
listenToKeys();
followScores();
followHeat();

document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const { dataTransfer } = event;
  if (dataTransfer) attempt(async () => openFiles(await droppedFiles(dataTransfer)));
});

// The model and the scan are fetched side by side; the image is there first.
attempt(segmenter);
attempt(async () => {
  try {
    // A scan may have been opened while the browser looked.
    if (!(await recall()) && scan.value === undefined) await openSample('chest');
  } finally {
    // Also where the sample cannot be had: the person opens another.
    keepWork();
  }
});
registerOffline();
