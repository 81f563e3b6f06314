// Before the first paint, so that a dark page never flashes white. A file of its own: nothing may stand inline.
(() => {
  const named = new URLSearchParams(location.search).get('theme');
  let stored = null;
  try {
    stored = localStorage.getItem('theme');
  } catch {
    // Storage is forbidden: the system decides.
  }
  const choice = ['light', 'dark'].find((theme) => theme === named) ?? stored;
  document.documentElement.dataset.theme = choice ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
})();
