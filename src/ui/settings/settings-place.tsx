import { lazy, Suspense } from 'react';

const SettingsRail = lazy(() => import('./settings-rail.tsx').then(({ SettingsRail: component }) => ({ default: component })));

/** The settings, loaded when they are first shown: the first view has none. */
export function SettingsPlace({ titled = true }: { readonly titled?: boolean }) {
  return (
    <Suspense>
      <SettingsRail titled={titled} />
    </Suspense>
  );
}
