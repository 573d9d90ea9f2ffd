import type { Raster } from '@clickseg/raster';
import { type Box, joinBoxes, maskBox } from './box.ts';
import { countBytes } from './count-bytes.ts';
import { type Crop, cropMask } from './crop.ts';
import type { EmptyMasks } from './empty.ts';
import { type ByteMask, byteMask, copyBytes } from './mask.ts';

/** Pixels of a pair of masks by what each says. */
export interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * A pair of checked masks as the kernels read it. Bytes, counts, box and crops are made when they are first asked for, once for
 * every metric of a comparison.
 */
export class MaskPair {
  private read: readonly [ByteMask, ByteMask] | undefined;
  private counted: Counts | undefined;
  private boxes: readonly [Box | undefined, Box | undefined] | undefined;
  private cropped: readonly [Crop, Crop] | undefined;

  /** @param what - how messages name the pair's user */
  constructor(
    readonly pred: Raster,
    readonly gt: Raster,
    private readonly what: string,
  ) {}

  /** Memory that {@link bytes} takes. */
  get copyBytes(): number {
    return copyBytes(this.pred) + copyBytes(this.gt);
  }

  /** @throws ClicksegError `not-finite` for a NaN pixel */
  get bytes(): readonly [ByteMask, ByteMask] {
    this.read ??= [byteMask(this.pred, `${this.what}: pred`), byteMask(this.gt, `${this.what}: gt`)];
    return this.read;
  }

  get counts(): Counts {
    if (this.counted) return this.counted;
    const [a, b] = this.bytes;
    const { inA, inB, inBoth } = countBytes(a.bytes, b.bytes);
    this.counted = {
      truePositives: inBoth,
      falsePositives: inA - inBoth,
      falseNegatives: inB - inBoth,
      trueNegatives: a.bytes.length - inA - inB + inBoth,
    };
    return this.counted;
  }

  /** Which mask holds no pixel. */
  get empty(): EmptyMasks {
    const [a, b] = this.eachBox;
    return a ? (b ? 'none' : 'gt') : b ? 'pred' : 'both';
  }

  /** The joint box; `undefined` where both are empty. */
  get box(): Box | undefined {
    return joinBoxes(...this.eachBox);
  }

  /** Both masks, cut out of the joint box; `undefined` where both are empty. */
  get crops(): readonly [Crop, Crop] | undefined {
    if (this.cropped) return this.cropped;
    const box = this.box;
    if (!box) return undefined;
    const [a, b] = this.bytes;
    this.cropped = [cropMask(a, box), cropMask(b, box)];
    // Copies of the whole masks are done with: all that is measured is measured on the crops.
    this.read = undefined;
    return this.cropped;
  }

  private get eachBox(): readonly [Box | undefined, Box | undefined] {
    if (!this.boxes) {
      const [a, b] = this.bytes;
      this.boxes = [maskBox(a), maskBox(b)];
    }
    return this.boxes;
  }
}
