import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { parseThemeChoice, startTheme } from './store/theme-store.ts';
import { BenchPage } from './ui/bench/bench-page.tsx';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/fonts.css';

startTheme(parseThemeChoice(new URLSearchParams(location.search).get('theme')));
const root = document.getElementById('root');
if (!root) throw new Error('bench.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <BenchPage />
  </StrictMode>,
);
