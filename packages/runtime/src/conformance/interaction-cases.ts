import { isClicksegError } from '@clickseg/raster';
import { createSegmenter } from '../segmenter.ts';
import { type Case, differing, expect, rejection } from './case.ts';
import { conformanceModel } from './model.ts';
import { describe, paint, SCENES, stage } from './scenes.ts';

const [one] = SCENES;

/** The runtime's own promises, with the backend below it. */
export const interactionCases: readonly Case[] = [
  {
    name: 'interaction: a drag ends as a fresh click does',
    protects: 'the last mask of a drag',
    async run({ load }) {
      const segmenter = await load(describe(one));
      try {
        const dragged = await segmenter.open(paint(one.shape));
        const id = dragged.add({ x: 2, y: 2, label: 'foreground' });
        const answers: Promise<unknown>[] = [];
        for (let x = 3; x <= 20; x++) {
          dragged.move(id, { x, y: Math.min(30, 2 * x) });
          answers.push(dragged.predict());
        }
        dragged.move(id, one.clicks[0]);
        const last = dragged.predict();
        const [outcomes, end] = await Promise.all([Promise.allSettled(answers), last]);
        for (const outcome of outcomes) {
          const aborted = outcome.status === 'rejected' && (outcome.reason as Error).name === 'AbortError';
          expect(outcome.status === 'fulfilled' || aborted, 'a superseded prediction must reject as aborted');
        }
        const fresh = await (await stage(segmenter, one)).predict();
        return differing(end.mask.data, fresh.mask.data);
      } finally {
        await segmenter.dispose();
      }
    },
  },
  {
    name: 'interaction: a hundred predictions on ten images',
    protects: 'a server with many users',
    async run({ load }) {
      const segmenter = await load(describe(one));
      try {
        const fresh = await (await stage(segmenter, one)).predict();
        const interactions = await Promise.all(Array.from({ length: 10 }, () => stage(segmenter, one)));
        let worst = 0;
        for (let round = 0; round < 10; round++) {
          const answers = await Promise.all(interactions.map((interaction) => interaction.predict()));
          for (const { mask } of answers) worst = Math.max(worst, differing(mask.data, fresh.mask.data));
        }
        return worst;
      } finally {
        await segmenter.dispose();
      }
    },
  },
  {
    name: 'interaction: replays from JSON',
    protects: 'saved work',
    async run({ load }) {
      const segmenter = await load(describe(one));
      try {
        const made = await stage(segmenter, one);
        const { mask } = await made.predict();
        const again = await segmenter.open(paint(one.shape));
        again.fromJSON(JSON.stringify(made.toJSON()));
        return differing((await again.predict()).mask.data, mask.data);
      } finally {
        await segmenter.dispose();
      }
    },
  },
  {
    name: 'interaction: an aborted prediction rejects, the next one answers',
    protects: 'a user who leaves a slice before its mask has come',
    async run({ load }) {
      const segmenter = await load(describe(one));
      try {
        const made = await stage(segmenter, one);
        const controller = new AbortController();
        const running = made.predict({ signal: controller.signal });
        const reason = new Error('left');
        controller.abort(reason);
        const got = await rejection(running, 'an aborted prediction must reject');
        expect(got === reason, "it must reject with the signal's reason");
        expect(made.clicks.length === one.clicks.length, 'the clicks must be kept');
        await made.predict();
      } finally {
        await segmenter.dispose();
      }
      return 0;
    },
  },
  {
    name: 'interaction: disposed of during a prediction',
    protects: 'a tab that is closed, and memory',
    async run({ load, backend }) {
      const segmenter = await load(describe(one));
      const made = await stage(segmenter, one);
      const running = made.predict().catch((error: unknown) => error);
      await segmenter.dispose();
      await running;
      const late = await rejection(made.predict(), 'a disposed interaction must refuse to predict');
      expect(isClicksegError(late, 'disposed'), 'it must be refused as disposed');
      const again = await createSegmenter({
        model: { data: conformanceModel(), metadata: describe(one) },
        backend: backend(),
      });
      await again.dispose();
      return 0;
    },
  },
  {
    name: 'interaction: loading stops when aborted',
    protects: 'a user who goes back before the model is there',
    async run({ backend }) {
      const reason = new Error('back');
      const model = { data: conformanceModel(), metadata: describe(one) };
      const loading = createSegmenter({ model, backend: backend(), signal: AbortSignal.abort(reason) });
      expect((await rejection(loading, 'loading must reject')) === reason, "with the signal's reason");
      return 0;
    },
  },
];
