import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/**
 * What axe finds serious or critical: rule, and where. All rules are tried; what they found right is not written down, and no page of axe's own
 * is opened for what lies in frames, of which this site has none: that takes a quarter of the time.
 */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

/** Pixels by which the page is wider than its window, once what follows the window's width has followed: at most ten frames. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { documentElement: root } = document;
    for (let frame = 0; frame < 10 && root.scrollWidth > root.clientWidth; frame++) await new Promise(requestAnimationFrame);
    return root.scrollWidth - root.clientWidth;
  });
}
