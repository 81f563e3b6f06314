/** Whether text can be read from a resizable buffer: in Node it can, browsers refuse. */
function readsResizable(): boolean {
  try {
    new TextDecoder().decode(new Uint8Array(new ArrayBuffer(1, { maxByteLength: 1 })));
    return true;
  } catch {
    return false;
  }
}

const canTransfer = 'transfer' in ArrayBuffer.prototype;
/** For Node 20, which cannot transfer yet. */
const canResize = !canTransfer && 'resize' in ArrayBuffer.prototype && readsResizable();

/**
 * Bytes whose memory can be given back at once. That of an ordinary array goes when the garbage collector finds the time, and
 * until then half a gigabyte may stand beside the next one. Where the engine knows no way, releasing does nothing.
 */
export class ReleasableBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(size: number) {
    this.bytes = new Uint8Array(canResize ? new ArrayBuffer(size, { maxByteLength: size }) : new ArrayBuffer(size));
  }

  /** The array is empty from here on. */
  release(): void {
    const { buffer } = this.bytes;
    if (canResize) buffer.resize(0);
    else if (canTransfer && !buffer.detached) buffer.transfer(0);
  }
}
