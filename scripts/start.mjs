/** `npm start`: installs what is missing, builds the site, serves it and prints the address. */
import { install } from './install.mjs';
import { inRoot } from './paths.mjs';

const FIRST_PORT = 4173; // the next free one where it is taken

process.chdir(inRoot());
try {
  await install();
  const { build, preview } = await import('vite'); // not there before
  await build({ logLevel: 'warn' });
  const server = await preview({ preview: { port: Number(process.env.PORT ?? FIRST_PORT), strictPort: false } });
  console.log(`\nDarwinLM Web is at ${server.resolvedUrls.local[0]} (Ctrl+C ends it)\n`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
