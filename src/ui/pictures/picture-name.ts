/** A word of a file name: letters, digits and points, joined by hyphens. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');

/** What a file of a chart is called: `darwinlm-fitness-tales-6m.svg`. */
export const chartFile = (chart: string, subject: string | null, ending: string): string =>
  `${['darwinlm', chart, subject ?? ''].map(slug).filter((word) => word !== '').join('-')}.${ending}`;
