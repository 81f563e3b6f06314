/**
 * Bytes whose memory can be given back at once. That of an ordinary array goes when the garbage collector finds the time, and
 * until then half a gigabyte may stand beside the next one.
 */
export class ReleasableBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(size: number) {
    this.bytes = new Uint8Array(new ArrayBuffer(size, { maxByteLength: size }));
  }

  /** The array is empty from here on. */
  release(): void {
    this.bytes.buffer.resize(0);
  }
}
