/** Limits of what files, addresses and the browser's storage may hand to the page. docs/limits.md lists them with those of the other floors. */
export const storeLimits = {
  /** Bytes of a log of events once it is unpacked, its lines, characters of one, and the nesting of an event. */
  log: 1 << 30,
  lines: 2_000_000,
  line: 4 << 20,
  eventDepth: 16,
  /** Levels in the genomes of a log, all together: memory grows with them. */
  genes: 1 << 27,
  /** Bytes of the directory of a ZIP archive; that of a model folder has a few kB. */
  zipDirectory: 16 << 20,
  /** Characters of a value in the page's address; parts of it that are ignored and told of, and characters of one. */
  addressValue: 2048,
  ignoredTold: 12,
  ignoredPart: 80,
  /** Nesting of the presets in the browser's storage. */
  presetDepth: 512,
} as const;
