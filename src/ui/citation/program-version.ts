/** As in package.json, which a test compares it with. */
export const programVersion = '0.1.0';
