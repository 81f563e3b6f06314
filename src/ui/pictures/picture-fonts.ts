const addressOf = /url\(["']?([^"')]+)["']?\)/;

function fontFaces(): CSSFontFaceRule[] {
  return [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
    } catch {
      return []; // a sheet of another site, an extension's for instance
    }
  });
}

async function asDataUrl(address: string): Promise<string> {
  const blob = await (await fetch(address)).blob();
  return await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('not read'));
    reader.readAsDataURL(blob);
  });
}

/** The page's own fonts among those that `content` names, as rules with the font in them: a picture may load nothing. */
export async function fontsIn(content: string): Promise<string> {
  const rules = fontFaces().map(async (rule) => {
    const family = rule.style.getPropertyValue('font-family').replaceAll(/["']/g, '');
    const [, source] = addressOf.exec(rule.style.getPropertyValue('src')) ?? [];
    if (source === undefined || !content.includes(family)) return '';
    const address = new URL(source, rule.parentStyleSheet?.href ?? document.baseURI);
    const range = rule.style.getPropertyValue('unicode-range');
    const weight = rule.style.getPropertyValue('font-weight');
    return `@font-face{font-family:'${family}';font-weight:${weight};${range === '' ? '' : `unicode-range:${range};`}src:url(${await asDataUrl(address.href)}) format('woff2')}`;
  });
  return (await Promise.all(rules)).join('');
}
