import type { Segmenter } from '@clickseg/runtime';
import type { Annotator, Method } from './method.ts';

/** A click model through the runtime, as a viewer would use it. */
export function networkMethod(name: string, segmenter: Segmenter, annotator: Annotator = 'strategy'): Method {
  return {
    name,
    annotator,
    async open(image, spacing) {
      const interaction = await segmenter.open(image, { spacing });
      return {
        async predict(clicks) {
          for (const click of clicks.slice(interaction.clicks.length)) interaction.add(click);
          return (await interaction.predict()).mask;
        },
        close: () => interaction.dispose(),
      };
    },
  };
}
