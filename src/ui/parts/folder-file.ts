/** A file of a folder that is saved; its content is asked for when its turn comes. */
export interface FolderFile {
  /** In the folder, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Throws where the content is no longer there. */
  readonly open: () => Promise<Blob>;
}

/** The content of a file, which has to have the promised size. */
export async function openWhole({ path, size, open }: FolderFile): Promise<Blob> {
  const blob = await open();
  if (blob.size !== size) throw new RangeError(`${path} has ${blob.size} bytes where ${size} were promised`);
  return blob;
}
