import { ClicksegError } from '@clickseg/raster';

/**
 * Counts the memory that a measurement holds, and refuses what would exceed the limit before it is
 * allocated: how many border points a volume has is known only once they are being listed.
 */
export class MemoryBudget {
  private held = 0;

  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  /** @throws ClicksegError `too-large` where `bytes` more would exceed the limit */
  take(bytes: number): void {
    const needed = this.held + bytes;
    if (needed > this.limit) {
      throw new ClicksegError(
        'too-large',
        `${this.what}: needs ${needed} bytes, more than memoryLimit ${this.limit}`,
      );
    }
    this.held = needed;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }

  /** What is held now, to return to after work that failed or is done with its memory. */
  mark(): number {
    return this.held;
  }

  /** Gives back all that was taken since the mark. */
  backTo(mark: number): void {
    this.held = mark;
  }
}
