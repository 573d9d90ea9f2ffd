import { Dialogs } from './dialogs.tsx';
import { Display } from './display.tsx';
import { Engine } from './engine.tsx';
import { Status } from './status.tsx';
import { Structures } from './structures.tsx';
import { Toolbar } from './toolbar.tsx';
import { TruthPanel } from './truth.tsx';
import { Viewer } from './viewer.tsx';

export function App() {
  return (
    <>
      <Toolbar />
      <main>
        <Viewer />
        <aside aria-label="Structures and measures">
          <Structures />
          <TruthPanel />
          <Engine />
          <Display />
        </aside>
      </main>
      <Status />
      <Dialogs />
    </>
  );
}
