import { CONFORMANCE_METADATA, conformanceModel } from '../../src/conformance/index.ts';
import { createSegmenter, type Interaction } from '../../src/index.ts';
import { webBackend } from '../../src/web/index.ts';

// The whole of the runtime in a worker: an image comes in, a mask goes out, both given away, not copied.
let opened: Promise<Interaction> | undefined;
addEventListener('message', async ({ data: { image, click } }) => {
  try {
    opened ??= createSegmenter({
      model: { data: conformanceModel(), metadata: CONFORMANCE_METADATA },
      backend: webBackend({ executionProviders: ['wasm'], wasmPaths: '/ort/' }),
    }).then((segmenter) => segmenter.open(image));
    const interaction = await opened.catch((error) => {
      opened = undefined; // The next message begins anew.
      throw error;
    });
    interaction.add(click);
    const { mask } = await interaction.predict();
    postMessage({ mask }, { transfer: [mask.data.buffer] });
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== 'AbortError') postMessage({ error: message }); // Else a newer click came, whose mask follows.
  }
});
